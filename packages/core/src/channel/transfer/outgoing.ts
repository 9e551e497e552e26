import { isPeerhoodError, PeerhoodError, toPeerhoodError } from "../../errors.js";
import { createDeferred } from "../../util/deferred.js";
import { concat } from "./bytes.js";
import { READ_AHEAD_BYTES } from "./constants.js";
import { createPayload, type Payload } from "./payload.js";
import { ProgressFeed, type TransferProgress } from "./progress-feed.js";
import type { Source } from "./source.js";
import { LazyStreamPromise, type StreamPromise } from "./stream-promise.js";
import { reportIfUnheard } from "./unheard.js";

/** What `send` returns: a promise that the remote holds all of it, and a stream of progress. */
export type Transfer = StreamPromise<void, TransferProgress>;

export interface OutgoingOptions {
  readonly label: string;
  /** Id of the remote. */
  readonly id: string;
  readonly signal?: AbortSignal | undefined;
  /** It failed and nobody awaits it. */
  readonly onUnhandled: (error: PeerhoodError) => void;
}

const EMPTY = new Uint8Array(0);

/** One message on its way out. The application sees `transfer`; the channel's sender drives the rest. */
export class Outgoing extends LazyStreamPromise<void, TransferProgress> implements Transfer {
  readonly payload: Payload | undefined;
  /** Called when it ended by the application's wish or its source's fault, for the sender to tell the remote. */
  onAbort: ((error: PeerhoodError) => void) | undefined;
  /** Called when there are more bytes to send. */
  onReady: (() => void) | undefined;
  /** Bytes handed to the channel, granted and acknowledged. */
  sent = 0;
  limit = 0;
  received = 0;
  finSent = false;
  /** When the first of what is sent and not acknowledged was sent. */
  waitsSince = 0;
  readonly #options: OutgoingOptions;
  readonly #settled = createDeferred();
  readonly #progress = new ProgressFeed();
  readonly #stopListening: (() => void) | undefined;
  #chunks: Uint8Array[] = [];
  #ready = 0;
  #exhausted = false;
  #source: Source | undefined;
  #reading = false;
  #handled = false;
  #over = false;

  constructor(message: Payload | PeerhoodError, options: OutgoingOptions) {
    super();
    this.#options = options;
    if (isPeerhoodError(message)) {
      this.fail(message);
      return;
    }
    this.payload = message;
    if (message.bytes !== undefined) {
      if (message.bytes.length > 0) this.#chunks.push(message.bytes);
      this.#ready = message.bytes.length;
      this.#exhausted = true;
    } else {
      try {
        // At once: from here on the stream is ours, and a stream for several remotes has to know all of them.
        this.#source = message.open();
      } catch (error) {
        this.fail(toPeerhoodError(error, "SOURCE_FAILED", "What was to be sent could not be opened; see cause."));
        return;
      }
    }
    const { signal } = options;
    if (signal === undefined) return;
    const abort = (): void =>
      this.#abort(
        new PeerhoodError("ABORTED", "The signal of send aborted.", {
          cause: signal.reason,
          remoteId: options.id,
        }),
      );
    signal.addEventListener("abort", abort, { once: true });
    this.#stopListening = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) abort();
  }

  get transfer(): Transfer {
    return this;
  }

  get over(): boolean {
    return this.#over;
  }

  get stream(): ReadableStream<TransferProgress> {
    this.#handled = true;
    return this.#progress.stream;
  }

  protected get madeStream(): ReadableStream<TransferProgress> | undefined {
    return this.#progress.madeStream;
  }

  /** Aborts the transfer on both sides; the promise rejects with `TRANSFER_ABORTED`. */
  async cancel(reason?: unknown): Promise<void> {
    this.#handled = true;
    this.#abort(new PeerhoodError("TRANSFER_ABORTED", "The transfer was cancelled by its sender.", { cause: reason }));
  }

  /** Bytes that could be sent now within the credit. */
  get available(): number {
    return Math.min(this.#ready, this.limit - this.sent);
  }

  /** The remote owes an answer: it has not yet told that it has all of what was sent. */
  get unacknowledged(): boolean {
    return this.finSent || this.sent > this.received;
  }

  /** Everything is handed over but the end of it is not told yet. */
  get drained(): boolean {
    return this.#exhausted && this.#ready === 0;
  }

  /** The next bytes, at most `count`; a view where they lie in one chunk. */
  take(count: number): Uint8Array {
    const first = this.#chunks[0] ?? EMPTY;
    let piece: Uint8Array;
    if (first.length > count) {
      piece = first.subarray(0, count);
      this.#chunks[0] = first.subarray(count);
    } else {
      piece = first;
      this.#chunks.shift();
    }
    this.#ready -= piece.length;
    this.sent += piece.length;
    this.fill();
    return piece;
  }

  /** Reads ahead, one chunk at a time. */
  fill(): void {
    if (this.#exhausted || this.#reading || this.#over || this.#ready >= READ_AHEAD_BYTES) return;
    this.#reading = true;
    void this.#read();
  }

  /** All of it, or the beginning if it is longer than `maxBytes`; `undefined` if it is over before that. */
  async readAll(maxBytes: number): Promise<Uint8Array | undefined> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      while (!this.#over && bytes <= maxBytes) {
        const chunk = await this.#source?.next();
        if (chunk === undefined) break;
        chunks.push(chunk);
        bytes += chunk.length;
      }
    } catch (error) {
      this.#abort(toPeerhoodError(error, "SOURCE_FAILED", "What was to be sent could not be read; see cause."));
    }
    return this.#over ? undefined : concat(chunks, bytes);
  }

  acknowledge(received: number): void {
    if (received <= this.received || this.#over) return;
    this.received = received;
    this.#report(false);
  }

  succeed(): void {
    if (this.#over) return;
    this.received = this.sent;
    this.#report(true);
    this.#end();
    this.#settled.resolve();
  }

  fail(error: PeerhoodError): void {
    if (this.#over) return;
    this.#end(error);
    this.#settled.reject(error);
    this.#source?.cancel(error);
    reportIfUnheard(
      () => this.#handled,
      () => this.#options.onUnhandled(error),
    );
  }

  protected promise(heard: boolean): Promise<void> {
    this.#handled ||= heard;
    return this.#settled.promise;
  }

  async #read(): Promise<void> {
    try {
      const chunk = await this.#source?.next();
      if (this.#over) return;
      if (chunk === undefined) this.#checkEnd();
      else if (chunk.length > 0) {
        this.#chunks.push(chunk);
        this.#ready += chunk.length;
      }
    } catch (error) {
      this.#abort(toPeerhoodError(error, "SOURCE_FAILED", "What was to be sent could not be read; see cause."));
      return;
    } finally {
      this.#reading = false;
    }
    this.onReady?.();
    this.fill();
  }

  /** A file that was cut or grew while it was sent must not pass for whole. */
  #checkEnd(): void {
    const size = this.payload?.size;
    const read = this.sent + this.#ready;
    if (size !== undefined && read !== size) {
      throw new PeerhoodError(
        "SOURCE_FAILED",
        `The source gave ${read} bytes instead of ${size}; it changed meanwhile.`,
      );
    }
    this.#exhausted = true;
  }

  #abort(error: PeerhoodError): void {
    if (this.#over) return;
    this.fail(error);
    this.onAbort?.(error);
  }

  #report(done: boolean): void {
    const { id, label } = this.#options;
    this.#progress.push({ id, label, current: this.received, total: done ? this.sent : this.payload?.size, done });
  }

  #end(error?: unknown): void {
    this.#over = true;
    this.#chunks = [];
    this.#ready = 0;
    this.#progress.end(error);
    this.#stopListening?.();
  }
}

/** A message with a `Transfer`; what is wrong with the message rejects the transfer. */
export function createOutgoing(message: unknown, options: OutgoingOptions & { readonly info?: unknown }): Outgoing {
  return new Outgoing(preparePayload(message, options.info), options);
}

export function preparePayload(message: unknown, info: unknown): Payload | PeerhoodError {
  try {
    return createPayload(message, info);
  } catch (error) {
    return toPeerhoodError(error, "UNSUPPORTED_PAYLOAD", "The message can not be sent; see cause.");
  }
}
