import type { PeerhoodError } from "../../errors.js";
import { assemble } from "./assemble.js";
import { cancelledByReader, locked, tooLarge } from "./data-errors.js";
import type { Incoming } from "./incoming.js";
import { ProgressFeed, type TransferProgress } from "./progress-feed.js";
import { LazyStreamPromise, type StreamPromise } from "./stream-promise.js";
import { reportIfUnheard } from "./unheard.js";

/** A message as it arrives: await it for the whole value, or read its bytes as they come. */
export interface IncomingData extends StreamPromise<unknown, Uint8Array> {
  /** How much of it has arrived; holds nothing up. */
  progress(): ReadableStream<TransferProgress>;
}

/** What `channel:message` tells of a message. */
export interface IncomingMessage {
  readonly data: IncomingData;
  readonly info: unknown;
  readonly size: number | undefined;
}

export interface IncomingDataOptions {
  readonly label: string;
  readonly remoteId: string;
  readonly maxMessageBytes: number;
  /** It failed and nobody awaits it. */
  readonly onUnhandled: (error: PeerhoodError) => void;
}

/** What the application holds of an {@link Incoming}; while it is untouched, the engine does not refer to it. */
export class ArrivingData extends LazyStreamPromise<unknown, Uint8Array> implements IncomingData {
  readonly #incoming: Incoming;
  readonly #options: IncomingDataOptions;
  #whole: Promise<unknown> | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;

  constructor(incoming: Incoming, options: IncomingDataOptions) {
    super();
    this.#incoming = incoming;
    this.#options = options;
  }

  get stream(): ReadableStream<Uint8Array> {
    if (this.#stream !== undefined) return this.#stream;
    touch(this.#incoming, true);
    const taken = this.#whole === undefined ? undefined : locked("it is awaited already");
    this.#stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          if (taken !== undefined) controller.error(taken);
        },
        pull: async (controller) => {
          // By way of `this`: a stream keeps its data from being collected as garbage, and discarded.
          const chunk = await this.#incoming.next();
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        },
        cancel: (reason) => this.#incoming.cancel(cancelledByReader(reason)),
      },
      { highWaterMark: 0 },
    );
    return this.#stream;
  }

  protected get madeStream(): ReadableStream<Uint8Array> | undefined {
    return this.#stream;
  }

  progress(): ReadableStream<TransferProgress> {
    const feed = new ProgressFeed();
    const incoming = this.#incoming;
    const { remoteId: id, label } = this.#options;
    const before = incoming.onChange;
    const report = (): void => {
      const { received: current, size, complete, error } = incoming;
      feed.push({ id, label, current, total: complete ? current : size, done: complete });
      if (complete || error !== undefined) feed.end(error);
    };
    incoming.onChange = () => {
      before?.();
      report();
    };
    report();
    return feed.stream;
  }

  /** It failed: said once, by the promise if there is one. */
  #reportUnheard(error: PeerhoodError): void {
    reportIfUnheard(
      () => this.#incoming.heard,
      () => this.#options.onUnhandled(error),
    );
  }

  /** Tells the sender to stop: its transfer rejects with `TRANSFER_CANCELLED`. */
  async cancel(reason?: unknown): Promise<void> {
    touch(this.#incoming, true).cancel(cancelledByReader(reason));
  }

  protected promise(heard: boolean): Promise<unknown> {
    const incoming = touch(this.#incoming, heard);
    if (this.#whole === undefined) {
      incoming.awaited = this.#stream === undefined;
      this.#whole =
        this.#stream === undefined
          ? readWhole(incoming, this.#options.maxMessageBytes)
          : Promise.reject(locked("its stream was taken"));
      this.#whole.catch((error: PeerhoodError) => this.#reportUnheard(error));
    }
    return this.#whole;
  }
}

/** Somebody takes it from now on, or takes care of its failure as well. */
function touch(incoming: Incoming, heard: boolean): Incoming {
  incoming.touched = true;
  incoming.heard ||= heard;
  return incoming;
}

async function readWhole(incoming: Incoming, maxBytes: number): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    if (Math.max(bytes, incoming.size ?? 0) > maxBytes) {
      const error = tooLarge(maxBytes);
      incoming.cancel(error);
      throw error;
    }
    const chunk = await incoming.next();
    if (chunk === undefined) break;
    chunks.push(chunk);
    bytes += chunk.length;
  }
  return assemble(incoming.kind, incoming.meta, chunks, bytes);
}
