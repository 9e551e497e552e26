import { LazyStreamPromise, type StreamPromise } from "../channel/transfer/stream-promise.js";
import type { IncomingData, Outgoing } from "../channel/transfer/index.js";
import { reportIfUnheard } from "../channel/transfer/unheard.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import { createDeferred } from "../util/deferred.js";
import { timedOut } from "./request-errors.js";

/** What `request` returns: await it for the whole reply, or read the reply's bytes as they come. */
export type Reply<T = unknown> = StreamPromise<T, Uint8Array>;

export interface RequestOptions {
  /**
   * Milliseconds until the whole reply must be here, the sending of the payload included; where the reply is read as a
   * stream, until it begins. @default 30000
   */
  readonly timeoutMs?: number;
  /** Gives up: the request rejects with `ABORTED`, and the handler's signal aborts. */
  readonly signal?: AbortSignal;
}

export interface OutgoingRequestHost {
  readonly id: number;
  readonly method: string;
  readonly remoteId: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  /** No reply is waited for any more. `unwanted`: the remote should hear of it. */
  readonly onEnd: (unwanted: boolean) => void;
  /** It failed and nobody awaits it. */
  readonly onUnhandled: (error: PeerhoodError) => void;
}

/** One request on its way, and what has become of it. */
export class OutgoingRequest<T = unknown> extends LazyStreamPromise<T, Uint8Array> implements Reply<T> {
  readonly #host: OutgoingRequestHost;
  readonly #whole = createDeferred<T>();
  /** In a box: data is a promise itself. */
  readonly #begun = createDeferred<{ readonly data: IncomingData | undefined }>();
  readonly #stopListening: (() => void) | undefined;
  /** How it is taken: decided by the first use, or by the reply if that comes first. */
  #takenAs: "whole" | "stream" | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #outgoing: Outgoing | undefined;
  #data: IncomingData | undefined;
  #timer: TimerHandle | undefined;
  #sent = false;
  #waiting = true;
  #heard = false;
  #over = false;
  #error: PeerhoodError | undefined;

  constructor(host: OutgoingRequestHost) {
    super();
    this.#host = host;
    const { clock, method, remoteId, signal, timeoutMs } = host;
    this.#timer = clock.setTimeout(() => this.fail(timedOut(method, timeoutMs, remoteId)), timeoutMs);
    if (signal === undefined) return;
    const abort = (): void => this.fail(aborted(method, remoteId, signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    this.#stopListening = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) abort();
  }

  get method(): string {
    return this.#host.method;
  }

  /** Whether the remote may know of it. */
  get sent(): boolean {
    return this.#sent;
  }

  get over(): boolean {
    return this.#over;
  }

  get stream(): ReadableStream<Uint8Array> {
    if (this.#stream !== undefined) return this.#stream;
    this.#heard = true;
    this.#takenAs ??= "stream";
    const locked = this.#takenAs === "stream" ? undefined : lockedError("it is awaited, or has come, already");
    this.#stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          if (locked !== undefined) controller.error(locked);
        },
        pull: async (controller) => {
          const chunk = await this.#next();
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        },
        cancel: (reason) => this.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    return this.#stream;
  }

  protected get madeStream(): ReadableStream<Uint8Array> | undefined {
    return this.#stream;
  }

  /** Gives up, as the signal does. */
  async cancel(reason?: unknown): Promise<void> {
    this.#heard = true;
    this.fail(aborted(this.#host.method, this.#host.remoteId, reason));
  }

  /** That message carries it. */
  carriedBy(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    outgoing.catch((error: unknown) => {
      const failure = toPeerhoodError(error, "SOURCE_FAILED", "The payload could not be sent; see cause.");
      // A remote that wants no more of the payload has an answer, or is about to.
      if (failure.code !== "TRANSFER_CANCELLED") this.fail(failure);
    });
  }

  markSent(): void {
    this.#sent = true;
  }

  /** The reply has begun; without data the handler returned nothing. */
  reply(data: IncomingData | undefined): void {
    this.#noLongerWaiting(false);
    this.#data = data;
    if (this.#takenAs === "stream") {
      this.#stopTimer();
      if (data === undefined) this.#end();
      return this.#begun.resolve({ data });
    }
    this.#takenAs = "whole";
    if (data === undefined) return this.#succeed(undefined);
    data.then(
      (value) => this.#succeed(value),
      (error: unknown) =>
        this.fail(toPeerhoodError(error, "PROTOCOL_ERROR", "The reply could not be read; see cause.")),
    );
  }

  /** The remote's answer is that error. */
  refused(error: PeerhoodError): void {
    this.#noLongerWaiting(false);
    this.fail(error);
  }

  fail(error: PeerhoodError): void {
    if (this.#over) return;
    this.#end();
    this.#error = error;
    const { onUnhandled } = this.#host;
    void this.#outgoing?.cancel(error);
    this.#noLongerWaiting(this.#sent);
    // With a reader of ours on it, the data is cancelled by that.
    void (this.#reader ?? this.#data)?.cancel(error).catch(() => {});
    this.#begun.reject(error);
    this.#whole.reject(error);
    reportIfUnheard(
      () => this.#heard,
      () => onUnhandled(error),
    );
  }

  protected promise(heard: boolean): Promise<T> {
    this.#heard ||= heard;
    this.#takenAs ??= "whole";
    return this.#takenAs === "whole" ? this.#whole.promise : Promise.reject(lockedError("its stream was taken"));
  }

  async #next(): Promise<Uint8Array | undefined> {
    const { data } = await this.#begun.promise;
    this.#reader ??= data?.getReader();
    try {
      const chunk = await this.#reader?.read();
      // Our own cancelling ends the reply early, which must not pass for its end.
      if (this.#error !== undefined) throw this.#error;
      if (chunk?.done === false) return chunk.value;
    } catch (error) {
      this.#end();
      throw error;
    }
    this.#end();
    return undefined;
  }

  #succeed(value: unknown): void {
    if (this.#over) return;
    this.#end();
    this.#whole.resolve(value as T);
  }

  #noLongerWaiting(unwanted: boolean): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#host.onEnd(unwanted);
  }

  #end(): void {
    this.#over = true;
    this.#stopTimer();
    this.#stopListening?.();
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#host.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function aborted(method: string, remoteId: string, cause: unknown): PeerhoodError {
  return new PeerhoodError("ABORTED", `The request "${method}" was given up by this side.`, { cause, remoteId });
}

function lockedError(why: string): PeerhoodError {
  return new PeerhoodError(
    "DATA_LOCKED",
    `A reply can be awaited or read as a stream, not both: ${why}. Take the stream in the turn of the request.`,
  );
}
