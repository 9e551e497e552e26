import type { DataChannelEvent, DataChannelEventType, DataChannelLike } from "./data-channel-like.js";
import { saysClosed } from "./channel-errors.js";
import { FrameLog, type KeptBytes } from "./frame-log.js";
import { MAX_KEPT_BYTES, REPLAY_HIGH_WATER_BYTES } from "./constants.js";

/** What messages travel on: the part of a data channel that `ChannelTransfers` needs. */
export type MessageCarrier = Pick<
  DataChannelLike,
  "readyState" | "bufferedAmount" | "bufferedAmountLowThreshold" | "send" | "close"
> & {
  addEventListener(type: "open" | "message" | "bufferedamountlow", listener: (event: DataChannelEvent) => void): void;
};

export interface CarrierOptions {
  readonly kept: KeptBytes;
  /** Ordered and reliable: every frame arrives once and in order, over however many connections. */
  readonly reliable: boolean;
  /** Frames are the application's, which may also send past this one: then nothing can be promised. */
  readonly raw: boolean;
  /** A frame has arrived and is taken care of. */
  readonly onReceived: (bytes: number) => void;
  /** The remote lets so much pile up that it can not be honest. */
  readonly onOverflow: () => void;
  /** The native channel closed: this side wanted it, or the other, or the connection broke. */
  readonly onClosed: (wanted: boolean) => void;
}

/**
 * A labelled channel that outlives its native channels. Frames are numbered by counting on both sides; those that the
 * remote has not said to have are kept, and sent again over the next native channel.
 */
export class Carrier implements MessageCarrier {
  /** Frames that have arrived, on all native channels. */
  received = 0;
  /** Of those, and of frames that were sent, each once. */
  bytesReceived = 0;
  bytesSent = 0;
  readonly #options: CarrierOptions;
  readonly #log: FrameLog | undefined;
  readonly #listeners = { open: [], message: [], bufferedamountlow: [] } as Record<
    "open" | "message" | "bufferedamountlow",
    ((event: DataChannelEvent) => void)[]
  >;
  #native: DataChannelLike | undefined;
  /** The other end exists, and what it lacks is known. */
  #ready = false;
  #replaying = false;
  #wanted = false;
  #threshold = 0;

  constructor(options: CarrierOptions) {
    this.#options = options;
    if (options.reliable) this.#log = new FrameLog(options.kept);
  }

  /** This side has closed it, or is about to. */
  get closing(): boolean {
    return this.#wanted;
  }

  /** Whether there is a native channel, of whatever state. */
  get attached(): boolean {
    return this.#native !== undefined;
  }

  /** As of a native channel, but `connecting` whenever there is none on which frames may go. */
  get readyState(): DataChannelLike["readyState"] {
    if (this.#wanted) return "closing";
    return this.#ready && !this.#replaying && this.#native?.readyState === "open" ? "open" : "connecting";
  }

  get bufferedAmount(): number {
    return this.#full ? MAX_KEPT_BYTES : (this.#native?.bufferedAmount ?? 0);
  }

  get bufferedAmountLowThreshold(): number {
    return this.#threshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#threshold = bytes;
    if (this.#native !== undefined && !this.#replaying) this.#native.bufferedAmountLowThreshold = bytes;
  }

  /** The newest native channel. What happens on earlier ones is of no interest any more. */
  attach(native: DataChannelLike): void {
    this.#native = native;
    this.#ready = false;
    native.bufferedAmountLowThreshold = this.#threshold;
    const listen = (type: DataChannelEventType, listener: (event: DataChannelEvent) => void): void => {
      native.addEventListener(type, (event) => {
        if (this.#native === native) listener(event);
      });
    };
    listen("message", (event) => this.#receive(event));
    listen("bufferedamountlow", (event) => {
      if (this.#replaying) this.#replay();
      else this.#emit("bufferedamountlow", event);
    });
    listen("open", () => this.#begin());
    listen("close", () => this.#options.onClosed(this.#wanted));
  }

  detach(): void {
    this.#native = undefined;
    this.#ready = false;
    this.#replaying = false;
  }

  /**
   * The other end of the native channel exists, and has so many frames.
   * @throws RangeError when that can not be
   */
  resume(received: number): void {
    if (this.#native === undefined || this.#ready) return;
    if (this.#log !== undefined) {
      // Of frames that went past this carrier the log knows nothing.
      this.#log.rewind(this.#options.raw ? Math.min(received, this.#log.end) : received);
      this.#replaying = true;
    }
    this.#ready = true;
    this.#begin();
  }

  /**
   * The remote has so many frames.
   * @throws RangeError when that can not be
   */
  acknowledged(received: number): void {
    this.#log?.trim(this.#options.raw ? Math.min(received, this.#log.end) : received);
  }

  /** There is room again for what is kept of all channels. */
  roomAgain(): void {
    if (this.readyState === "open") this.#emit("bufferedamountlow", { type: "bufferedamountlow" });
  }

  send(data: string | ArrayBuffer | ArrayBufferView): void {
    const frame = typeof data === "string" ? data : toBytes(data);
    this.bytesSent += frame.length;
    if (this.#log !== undefined) {
      this.#log.push(frame);
      if (this.#options.kept.bytes > 2 * MAX_KEPT_BYTES) return this.#options.onOverflow();
    }
    this.#sendNative(frame);
  }

  /** Closes the native channel, which flushes. */
  close(): void {
    this.#wanted = true;
    this.#native?.close();
  }

  /** Gives the memory back. */
  end(): void {
    this.#log?.clear();
  }

  addEventListener(type: "open" | "message" | "bufferedamountlow", listener: (event: DataChannelEvent) => void): void {
    this.#listeners[type].push(listener);
  }

  get #full(): boolean {
    return this.#log !== undefined && this.#options.kept.bytes >= MAX_KEPT_BYTES;
  }

  #receive(event: DataChannelEvent): void {
    this.received++;
    this.#emit("message", event);
    const { data } = event;
    const bytes = typeof data === "string" ? data.length : (data as ArrayBuffer).byteLength;
    this.bytesReceived += bytes;
    this.#options.onReceived(bytes);
  }

  #begin(): void {
    if (!this.#ready || this.#native?.readyState !== "open") return;
    if (this.#replaying) this.#replay();
    else this.#emit("open", { type: "open" });
  }

  /** Nothing new goes out before what is old has. */
  #replay(): void {
    const native = this.#native;
    if (native === undefined) return;
    while (native.readyState === "open") {
      if (native.bufferedAmount >= REPLAY_HIGH_WATER_BYTES) {
        native.bufferedAmountLowThreshold = REPLAY_HIGH_WATER_BYTES / 2;
        // It may have drained meanwhile, and then there is no event.
        if (native.bufferedAmount >= REPLAY_HIGH_WATER_BYTES) return;
      }
      const frame = this.#log?.next();
      if (frame === undefined) {
        this.#replaying = false;
        native.bufferedAmountLowThreshold = this.#threshold;
        return this.#emit("open", { type: "open" });
      }
      this.#sendNative(frame);
    }
  }

  #sendNative(frame: string | ArrayBufferView): void {
    const native = this.#native;
    try {
      if (typeof frame === "string") native?.send(frame);
      else native?.send(frame);
    } catch (error) {
      // It closed under us, which its event is about to tell: what is kept goes over the next one.
      if (this.#log === undefined || (native?.readyState === "open" && !saysClosed(error))) throw error;
    }
  }

  #emit(type: "open" | "message" | "bufferedamountlow", event: DataChannelEvent): void {
    for (const listener of this.#listeners[type]) listener(event);
  }
}

function toBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
