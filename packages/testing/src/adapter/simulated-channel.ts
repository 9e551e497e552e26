import {
  PeerhoodError,
  type ChannelInit,
  type DataChannelEvent,
  type DataChannelEventType,
  type DataChannelLike,
  type Logger,
} from "@peerhood/core";
import { ChannelEvents } from "@peerhood/core/internal";
import { MAX_QUEUED_BYTES } from "./constants.js";

/** What a channel needs from its connection. */
export interface ChannelBackend {
  readonly logger: Logger;
  /** Largest message that may be sent now. */
  readonly limitBytes: () => number;
  readonly send: (channel: SimulatedChannel, data: string | ArrayBuffer, bytes: number) => void;
  readonly close: (channel: SimulatedChannel) => void;
}

/** A data channel with the behaviour of `RTCDataChannel`. The methods from `opened` on are for its connection. */
export class SimulatedChannel implements DataChannelLike {
  readonly label: string;
  readonly id: number;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly protocol: string;
  readonly negotiated = true;
  bufferedAmountLowThreshold = 0;
  binaryType = "arraybuffer";
  readonly #backend: ChannelBackend;
  readonly #events: ChannelEvents;
  #readyState: DataChannelLike["readyState"] = "connecting";
  #bufferedAmount = 0;

  constructor(init: ChannelInit, backend: ChannelBackend) {
    this.label = init.label;
    this.id = init.id;
    this.ordered = init.ordered ?? true;
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null;
    this.maxRetransmits = init.maxRetransmits ?? null;
    this.protocol = init.protocol ?? "";
    this.#backend = backend;
    this.#events = new ChannelEvents(backend.logger);
  }

  get readyState(): DataChannelLike["readyState"] {
    return this.#readyState;
  }

  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }

  send(message: string | ArrayBuffer | ArrayBufferView): void {
    if (this.#readyState !== "open") {
      throw new PeerhoodError("CHANNEL_CLOSED", `Channel ${this.label} can not send: it is ${this.#readyState}.`);
    }
    const bytes = byteLength(message);
    if (bytes > this.#backend.limitBytes()) {
      throw new PeerhoodError(
        "MESSAGE_TOO_LARGE",
        `${bytes} bytes are more than the ${this.#backend.limitBytes()} that the other side takes in one message.`,
      );
    }
    if (this.#bufferedAmount + bytes > MAX_QUEUED_BYTES) {
      throw new PeerhoodError("MESSAGE_TOO_LARGE", `More than ${MAX_QUEUED_BYTES} bytes wait; watch bufferedAmount.`);
    }
    this.#bufferedAmount += bytes;
    this.#backend.send(this, copy(message), bytes);
  }

  close(): void {
    if (this.#readyState === "closing" || this.#readyState === "closed") return;
    this.#readyState = "closing";
    this.#backend.close(this);
  }

  addEventListener(
    type: DataChannelEventType,
    listener: (event: DataChannelEvent) => void,
    options?: { once?: boolean },
  ): void {
    this.#events.add(type, listener, options?.once);
  }

  removeEventListener(type: DataChannelEventType, listener: (event: DataChannelEvent) => void): void {
    this.#events.remove(type, listener);
  }

  opened(): void {
    if (this.#readyState !== "connecting") return;
    this.#readyState = "open";
    this.#emit("open");
  }

  deliver(data: string | ArrayBuffer): void {
    // As Chromium does: what arrives after `close()` is dropped.
    if (this.#readyState === "open") this.#emit("message", { data });
  }

  handedOver(bytes: number): void {
    const before = this.#bufferedAmount;
    this.#bufferedAmount -= bytes;
    const isLow = this.#bufferedAmount <= this.bufferedAmountLowThreshold;
    if (isLow && before > this.bufferedAmountLowThreshold) this.#emit("bufferedamountlow");
  }

  /** The other side closes it. Returns whether that was news. */
  closingRemotely(): boolean {
    if (this.#readyState === "closing" || this.#readyState === "closed") return false;
    this.#readyState = "closing";
    this.#emit("closing");
    return true;
  }

  /** Without a word, when the whole connection is closed: W3C WebRTC 1.0 section 4.4.1.5, step 5. */
  closed({ silently = false } = {}): void {
    if (this.#readyState === "closed") return;
    this.#readyState = "closed";
    if (!silently) this.#emit("close");
  }

  #emit(type: DataChannelEventType, fields: { data?: unknown } = {}): void {
    this.#events.emit(type, { type, ...fields });
  }
}

function byteLength(message: string | ArrayBuffer | ArrayBufferView): number {
  return typeof message === "string" ? new TextEncoder().encode(message).length : message.byteLength;
}

function copy(message: string | ArrayBuffer | ArrayBufferView): string | ArrayBuffer {
  if (typeof message === "string") return message;
  const view = ArrayBuffer.isView(message)
    ? new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
    : new Uint8Array(message);
  // Not `slice` of a view, which a Node Buffer has its own idea of.
  return new Uint8Array(view).buffer;
}
