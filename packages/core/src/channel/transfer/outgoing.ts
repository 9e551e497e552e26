import { isPeerhoodError, PeerhoodError, toPeerhoodError } from "../../errors.js";
import type { CopyPool } from "./copy-pool.js";
import { createPayload, type Payload } from "./payload.js";
import { ProgressFeed, type TransferProgress } from "./progress-feed.js";
import type { Source } from "./source.js";
import { LazyStreamPromise, type StreamPromise } from "./stream-promise.js";
import { Supply } from "./supply.js";
import { reportIfUnheard } from "./unheard.js";

/** What `send` returns: a promise that the remote holds all of it, and a stream of progress. */
export type Transfer = StreamPromise<void, TransferProgress>;

/** What the transfers of one label to one remote have in common. */
export interface OutgoingHost {
  readonly label: string;
  /** Id of the remote. */
  readonly id: string;
  /** A transfer failed and nobody awaits it. */
  readonly onUnhandled: (error: PeerhoodError) => void;
}

/** Who sends it, once somebody does. */
export interface OutgoingOwner {
  /** There are more bytes to send. */
  ready(): void;
  /** It ended by the application's wish or its source's fault: the remote is to be told. */
  aborted(outgoing: Outgoing, error: PeerhoodError): void;
}

/**
 * One message on its way out. The application sees `transfer`; the channel's sender drives the rest. Most messages are
 * short and are sent by the hundred thousand, so whatever one of those can do without is made when it is first used.
 */
export class Outgoing extends LazyStreamPromise<void, TransferProgress> implements Transfer {
  /** Until it is over. */
  payload: Payload | undefined;
  owner: OutgoingOwner | undefined;
  /** On the wire, once it has begun. */
  wireId = -1;
  /** Bytes in all, as far as anybody knows. */
  size: number | undefined;
  finSent = false;
  /** When the first of what is sent and not acknowledged was sent. */
  waitsSince = 0;
  readonly #host: OutgoingHost;
  #supply: Supply | undefined;
  #state: "open" | "done" | "failed" = "open";
  #error: PeerhoodError | undefined;
  #promise: Promise<void> | undefined;
  #resolve: (() => void) | undefined;
  #reject: ((error: PeerhoodError) => void) | undefined;
  #progress: ProgressFeed | undefined;
  #handled = false;
  #stopListening: (() => void) | undefined;

  constructor(message: Payload | PeerhoodError, host: OutgoingHost, signal?: AbortSignal) {
    super();
    this.#host = host;
    if (isPeerhoodError(message)) {
      this.fail(message);
      return;
    }
    this.payload = message;
    if (message.open !== undefined) {
      this.size = message.size;
      try {
        // At once: from here on the stream is ours, and a stream for several remotes has to know all of them.
        this.#supplyFrom(message.open());
      } catch (error) {
        this.fail(toPeerhoodError(error, "SOURCE_FAILED", "What was to be sent could not be opened; see cause."));
        return;
      }
    }
    if (signal !== undefined) this.#listen(signal);
  }

  /** Bytes handed to the channel. */
  get sent(): number {
    return this.#supply?.sent ?? (this.finSent ? (this.size ?? 0) : 0);
  }

  get transfer(): Transfer {
    return this;
  }

  get over(): boolean {
    return this.#state !== "open";
  }

  /** Where the bytes come from, unless the message went out in one piece. */
  get supply(): Supply | undefined {
    return this.#supply;
  }

  get stream(): ReadableStream<TransferProgress> {
    this.#handled = true;
    this.#progress ??= this.#createProgress();
    return this.#progress.stream;
  }

  protected get madeStream(): ReadableStream<TransferProgress> | undefined {
    return this.#progress?.madeStream;
  }

  /** Aborts the transfer on both sides; the promise rejects with `TRANSFER_ABORTED`. */
  async cancel(reason?: unknown): Promise<void> {
    this.#handled = true;
    this.#abort(new PeerhoodError("TRANSFER_ABORTED", "The transfer was cancelled by its sender.", { cause: reason }));
  }

  /** The remote owes an answer: it has not yet told that it has all of what was sent. */
  get unacknowledged(): boolean {
    return this.finSent || (this.#supply !== undefined && this.#supply.sent > this.#supply.received);
  }

  /** Begins to send in pieces, up to `limit` at first. */
  begin(limit: number): Supply {
    this.size = this.payload?.size;
    const supply = this.#supply ?? this.#supplyFrom(this.payload?.bytes ?? new Uint8Array(0));
    supply.limit = limit;
    return supply;
  }

  acknowledge(received: number): void {
    const supply = this.#supply;
    if (supply === undefined || received <= supply.received || this.over) return;
    supply.received = received;
    if (this.#progress !== undefined) this.#report(this.#progress);
  }

  succeed(): void {
    if (this.over) return;
    this.#state = "done";
    if (this.#supply !== undefined) this.size = this.#supply.received = this.#supply.sent;
    else this.size ??= this.payload?.size;
    if (this.#progress !== undefined) this.#report(this.#progress);
    this.#end();
    this.#resolve?.();
  }

  fail(error: PeerhoodError): void {
    if (this.over) return;
    this.#state = "failed";
    this.#error = error;
    this.#end(error);
    // A rejection that nobody awaits is reported below, and must not count as an unhandled one.
    this.#promise?.catch(() => {});
    this.#reject?.(error);
    this.#supply?.cancel(error);
    reportIfUnheard(
      () => this.#handled,
      () => this.#host.onUnhandled(error),
    );
  }

  protected override get fulfilled(): boolean {
    return this.#state === "done";
  }

  protected promise(heard: boolean): Promise<void> {
    this.#handled ||= heard;
    this.#promise ??= this.#createPromise();
    return this.#promise;
  }

  #createPromise(): Promise<void> {
    if (this.#state === "done") return Promise.resolve();
    const promise = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (this.#state === "failed") {
      promise.catch(() => {});
      this.#reject?.(this.#error as PeerhoodError);
    }
    return promise;
  }

  #createProgress(): ProgressFeed {
    const feed = new ProgressFeed();
    if (this.#state === "done" || (this.#supply?.received ?? 0) > 0) this.#report(feed);
    if (this.over) feed.end(this.#error);
    return feed;
  }

  #report(feed: ProgressFeed): void {
    const { id, label } = this.#host;
    const done = this.#state === "done";
    const total = this.size ?? this.payload?.size;
    feed.push({ id, label, current: done ? (total ?? 0) : (this.#supply?.received ?? 0), total, done });
  }

  #supplyFrom(content: Uint8Array | Source): Supply {
    const supply = new Supply(content, {
      size: this.payload?.size,
      onReady: () => this.owner?.ready(),
      onFailure: (error) => this.#abort(error),
    });
    this.#supply = supply;
    return supply;
  }

  #listen(signal: AbortSignal): void {
    const abort = (): void =>
      this.#abort(
        new PeerhoodError("ABORTED", "The signal of send aborted.", {
          cause: signal.reason,
          remoteId: this.#host.id,
        }),
      );
    signal.addEventListener("abort", abort, { once: true });
    this.#stopListening = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) abort();
  }

  #abort(error: PeerhoodError): void {
    if (this.over) return;
    this.fail(error);
    this.owner?.aborted(this, error);
  }

  #end(error?: PeerhoodError): void {
    this.payload = undefined;
    this.#supply?.end();
    this.#progress?.end(error);
    this.#stopListening?.();
  }
}

/** A message with a `Transfer`; what is wrong with the message rejects the transfer. */
export function createOutgoing(
  message: unknown,
  options: OutgoingHost & { readonly info?: unknown; readonly signal?: AbortSignal | undefined },
  pool?: CopyPool,
): Outgoing {
  return new Outgoing(preparePayload(message, options.info, pool), options, options.signal);
}

export function preparePayload(message: unknown, info: unknown, pool?: CopyPool): Payload | PeerhoodError {
  try {
    return createPayload(message, info, pool);
  } catch (error) {
    return toPeerhoodError(error, "UNSUPPORTED_PAYLOAD", "The message can not be sent; see cause.");
  }
}
