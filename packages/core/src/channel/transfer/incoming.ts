import type { PeerhoodError } from "../../errors.js";
import { ByteQueue } from "./byte-queue.js";
import { createDeferred, type Deferred } from "../../util/deferred.js";
import { INITIAL_WINDOW_BYTES, MAX_WINDOW_BYTES } from "./constants.js";
import type { RemoteBudgets } from "./budgets.js";
import { parseMeta, type Kind, type Meta, type Start } from "./frame.js";

export interface IncomingHost {
  readonly budgets: RemoteBudgets;
  /** Offsets have changed: the sender should hear of it. */
  readonly onProgress: (incoming: Incoming) => void;
  /** All of it has been taken, or nobody wants the rest: its reservation is free. */
  readonly onReleased: (incoming: Incoming) => void;
  /** The application does not want the rest. */
  readonly onCancel: (incoming: Incoming, error: PeerhoodError) => void;
}

/**
 * One message on its way in: bytes that have arrived and that nobody has taken, and how far the sender may go on.
 * Knows nothing of promises and streams; `IncomingData` is what the application holds.
 */
export class Incoming {
  readonly id: number;
  readonly kind: Kind;
  readonly size: number | undefined;
  readonly meta: Meta;
  /** Offsets in bytes. */
  received = 0;
  consumed = 0;
  limit: number;
  /** What the sender was told last. */
  reportedReceived = 0;
  reportedLimit: number;
  /** What it holds of the remote's budget while it is open: its first window, and its metadata. */
  readonly reservation: number;
  /** Somebody awaits or reads it. */
  touched = false;
  /** The whole of it is being collected, whoever holds the promise. */
  awaited = false;
  /** A failure of it is taken care of. */
  heard = false;
  /** Called when bytes, the end or a failure have come. */
  onChange: (() => void) | undefined;
  readonly #host: IncomingHost;
  readonly #unread = new ByteQueue();
  #window = INITIAL_WINDOW_BYTES;
  #growth = 0;
  #grownAt = 0;
  #complete = false;
  #discarding = false;
  #released = false;
  #error: PeerhoodError | undefined;
  #waiting: Deferred<void> | undefined;

  constructor(start: Start, host: IncomingHost) {
    this.id = start.id;
    this.kind = start.kind;
    this.size = start.size;
    this.meta = start.meta === undefined ? {} : parseMeta(start.meta);
    this.#host = host;
    this.limit = Math.min(start.size ?? INITIAL_WINDOW_BYTES, INITIAL_WINDOW_BYTES);
    this.reservation = this.limit + (start.meta?.length ?? 0);
    this.reportedLimit = this.limit;
  }

  /** All bytes are here. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Nobody wants it. */
  get discarded(): boolean {
    return this.#discarding;
  }

  get error(): PeerhoodError | undefined {
    return this.#error;
  }

  /** How far the sender may be ahead of the reader. */
  get windowBytes(): number {
    return this.#window;
  }

  /**
   * Bytes of the sender.
   * @throws RangeError when it breaks its own size or the credit it was given
   */
  push(payload: Uint8Array, fin: boolean): void {
    if (this.#error !== undefined) return;
    const end = this.received + payload.length;
    if (this.#complete) throw new RangeError("bytes after the end of a message");
    if (end > this.limit) throw new RangeError("bytes beyond the credit of a message");
    if (this.size !== undefined && (fin ? end !== this.size : end > this.size)) {
      throw new RangeError("a message of another size than announced");
    }
    this.received = end;
    this.#complete = fin;
    if (this.#discarding) this.consumed = end;
    else this.#unread.push(payload);
    if (this.#discarding) this.#consumedMore();
    this.#wake();
    this.onChange?.();
    this.#host.onProgress(this);
  }

  /** The next bytes; `undefined` at the end. Taking them lets the sender go on. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.#unread.shift();
      if (chunk !== undefined) {
        this.consumed += chunk.length;
        this.#consumedMore();
        return chunk;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#complete) {
        this.#consumedMore();
        return undefined;
      }
      await (this.#waiting = createDeferred()).promise;
    }
  }

  /** Nobody reads it: the rest is taken and dropped, so that the sender is done with it. */
  discard(): void {
    if (this.#discarding || this.#error !== undefined) return;
    this.#discarding = true;
    this.#unread.clear();
    this.consumed = this.received;
    this.#consumedMore();
  }

  /** The application does not want the rest, and the sender shall know. */
  cancel(error: PeerhoodError): void {
    if (this.#error !== undefined) return;
    const unfinished = !this.#complete;
    this.drop(error);
    if (unfinished) this.#host.onCancel(this, error);
  }

  /** The rest will never come. What is complete is the application's: it may be read although the remote is gone. */
  fail(error: PeerhoodError): void {
    if (!this.#complete) this.drop(error);
  }

  /** Not to be read any more, complete or not. */
  drop(error: PeerhoodError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#unread.clear();
    this.#release();
    this.#wake();
    this.onChange?.();
  }

  #consumedMore(): void {
    if (this.#complete && this.consumed >= this.received) return this.#release();
    this.#grow();
    const limit = this.consumed + this.#window;
    this.limit = Math.max(this.limit, this.size === undefined ? limit : Math.min(limit, this.size));
    this.#host.onProgress(this);
  }

  /** A reader that kept up for a whole window gets one twice as large, if the remote's pool has room. */
  #grow(): void {
    if (this.consumed - this.#grownAt < this.#window) return;
    this.#grownAt = this.consumed;
    if (this.received - this.consumed > this.#window / 4 || this.#window >= MAX_WINDOW_BYTES) return;
    const grown = this.#host.budgets.takeGrowth(Math.min(this.#window, MAX_WINDOW_BYTES - this.#window));
    this.#window += grown;
    this.#growth += grown;
  }

  #release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#host.budgets.returnGrowth(this.#growth);
    this.#host.onReleased(this);
  }

  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
