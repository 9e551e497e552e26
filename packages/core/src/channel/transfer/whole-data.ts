import type { PeerhoodError } from "../../errors.js";
import { assemble } from "./assemble.js";
import { cancelledByReader, locked, tooLarge } from "./data-errors.js";
import type { Kind, Meta } from "./frame.js";
import type { IncomingData, IncomingDataOptions } from "./incoming-data.js";
import { ProgressFeed, type TransferProgress } from "./progress-feed.js";
import { LazyStreamPromise } from "./stream-promise.js";
import { reportIfUnheard } from "./unheard.js";

/** What the engine keeps of a whole message that nobody has taken yet; the application's data refers to it. */
export interface Unread {
  readonly reservation: number;
  bytes: Uint8Array | undefined;
  /** It was not worth keeping when its channel closed. */
  error: PeerhoodError | undefined;
}

/** Where the whole messages of one channel lie. */
export interface Shelf extends IncomingDataOptions {
  /** The message was taken, or nobody wants it. `unread` if it had been put on the shelf. */
  taken(reservation: number, unread: Unread | undefined): void;
  /** The application does not want it; while the message is being delivered, its sender shall know. */
  cancelled(data: WholeData, error: PeerhoodError): void;
}

/**
 * A message that came in one piece. Hundreds of thousands of them come in a second, and most are awaited at once: then
 * this object is all there ever is of it, and it reads its frame in place.
 */
export class WholeData extends LazyStreamPromise<unknown, Uint8Array> implements IncomingData {
  readonly reservation: number;
  readonly #shelf: Shelf;
  readonly #kind: Kind;
  readonly #meta: Meta;
  readonly #size: number;
  /** A view of its frame until it is taken or put on the shelf. */
  #frame: Uint8Array | undefined;
  readonly #from: number;
  #unread: Unread | undefined;
  #taken = false;
  #error: PeerhoodError | undefined;
  #promise: Promise<unknown> | undefined;
  #fulfilled = false;
  #stream: ReadableStream<Uint8Array> | undefined;
  #heard = false;

  constructor(
    shelf: Shelf,
    kind: Kind,
    meta: Meta,
    frame: Uint8Array,
    from: number,
    size: number,
    reservation: number,
  ) {
    super();
    this.#shelf = shelf;
    this.#kind = kind;
    this.#meta = meta;
    this.#frame = frame;
    this.#from = from;
    this.#size = size;
    this.reservation = reservation;
  }

  /** It holds nothing of the engine's any more. */
  get taken(): boolean {
    return this.#taken;
  }

  get stream(): ReadableStream<Uint8Array> {
    this.#heard = true;
    this.#stream ??= this.#createStream();
    return this.#stream;
  }

  progress(): ReadableStream<TransferProgress> {
    const feed = new ProgressFeed();
    const { remoteId: id, label } = this.#shelf;
    feed.push({ id, label, current: this.#size, total: this.#size, done: true });
    feed.end();
    return feed.stream;
  }

  /** Drops it. Only a listener of `channel:message` that says so at once is ahead of the acknowledgement. */
  async cancel(reason?: unknown): Promise<void> {
    this.#heard = true;
    this.#cancel(cancelledByReader(reason));
  }

  /** Nobody took it in the turn in which it came: it must not hold on to its frame, nor hold room when it is garbage. */
  putOnShelf(): Unread | undefined {
    if (this.#taken) return undefined;
    this.#unread = { reservation: this.reservation, bytes: this.#copy(), error: undefined };
    this.#frame = undefined;
    return this.#unread;
  }

  /** Nobody listens. */
  discard(): void {
    if (!this.#taken) this.#release();
  }

  protected get madeStream(): ReadableStream<Uint8Array> | undefined {
    return this.#stream;
  }

  protected override get fulfilled(): boolean {
    return this.#fulfilled;
  }

  protected promise(heard: boolean): Promise<unknown> {
    this.#heard ||= heard;
    this.#promise ??= this.#createPromise();
    return this.#promise;
  }

  #createPromise(): Promise<unknown> {
    try {
      const value = this.#value();
      this.#fulfilled = true;
      return Promise.resolve(value);
    } catch (error) {
      const failed = Promise.reject(error as PeerhoodError);
      failed.catch(() => {});
      reportIfUnheard(
        () => this.#heard,
        () => this.#shelf.onUnhandled(error as PeerhoodError),
      );
      return failed;
    }
  }

  #value(): unknown {
    if (this.#stream !== undefined) throw locked("its stream was taken");
    const { maxMessageBytes } = this.#shelf;
    if (this.#size > maxMessageBytes && !this.#taken) this.#cancel(tooLarge(maxMessageBytes));
    // As `assemble` would, without a view in between: one for each of hundreds of thousands.
    const frame = this.#frame;
    if (this.#kind === "binary" && frame !== undefined) {
      this.#release();
      return frame.slice(this.#from, this.#from + this.#size).buffer;
    }
    const bytes = this.#take();
    return assemble(this.#kind, this.#meta, [bytes], bytes.length);
  }

  #createStream(): ReadableStream<Uint8Array> {
    const awaited = this.#promise === undefined ? undefined : locked("it is awaited already");
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          if (awaited !== undefined) controller.error(awaited);
        },
        // By way of `this`: a stream keeps its data from being collected as garbage, and discarded.
        pull: (controller) => {
          if (this.#taken && this.#error === undefined) return controller.close();
          const bytes = this.#frame === undefined ? this.#take() : this.#copy();
          if (!this.#taken) this.#release();
          if (bytes.length > 0) controller.enqueue(bytes);
          else controller.close();
        },
        cancel: (reason) => this.#cancel(cancelledByReader(reason)),
      },
      { highWaterMark: 0 },
    );
  }

  /** A view that nobody keeps. */
  #take(): Uint8Array {
    this.#error ??= this.#unread?.error;
    if (this.#error !== undefined) throw this.#error;
    const bytes = this.#unread?.bytes ?? this.#frame?.subarray(this.#from, this.#from + this.#size);
    if (bytes === undefined) throw locked("it is read already");
    this.#release();
    return bytes;
  }

  /** Its bytes without the frame around them, unless they are most of it. */
  #copy(): Uint8Array {
    const bytes = (this.#frame ?? new Uint8Array(0)).subarray(this.#from, this.#from + this.#size);
    return 2 * bytes.length >= bytes.buffer.byteLength ? bytes : bytes.slice();
  }

  #cancel(error: PeerhoodError): void {
    if (this.#taken) return;
    this.#error ??= this.#unread?.error ?? error;
    this.#shelf.cancelled(this, error);
    this.#release();
  }

  #release(): void {
    this.#taken = true;
    const unread = this.#unread;
    this.#unread = undefined;
    this.#frame = undefined;
    this.#shelf.taken(this.reservation, unread);
  }
}
