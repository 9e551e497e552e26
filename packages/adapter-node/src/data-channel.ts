import {
  PeerhoodError,
  type ChannelInit,
  type DataChannelEvent,
  type DataChannelEventType,
  type DataChannelLike,
  type Logger,
} from "@peerhood/core";
import type { DataChannel } from "node-datachannel";
import { ChannelEvents, type ChannelListener } from "@peerhood/core/internal";
import { MAX_UNSIGNED_LONG } from "./constants.js";
import type { Post } from "./dispatcher.js";
import { fromNative, isTextLonger, toBytes } from "./payload.js";

/** What a channel needs of its connection. */
export interface ChannelHost {
  readonly logger: Logger;
  readonly post: Post;
  /** Largest message in bytes that the other side takes. */
  readonly maxMessageBytes: () => number;
  /** How long the answer to the remote's closing may be on its way, in milliseconds. */
  readonly goodbyeMs: () => number;
  /** The id may serve again. */
  readonly onClosed: () => void;
  /** No native handle of the channel is left. */
  readonly onReleased: () => void;
}

/**
 * A negotiated data channel of the shape of `RTCDataChannel` (W3C WebRTC 1.0, section 6.2) over node-datachannel.
 * Events are plain objects with `type` and `target`, and `data` or `error`.
 *
 * Text arrives as `string`, bytes as `ArrayBuffer`; there is no `Blob` mode. When the remote closes a channel while
 * this process is busy, libdatachannel drops all but the first 999 messages that still wait for it.
 */
export class NodeDataChannel implements DataChannelLike {
  readonly label: string;
  readonly id: number;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly protocol: string;
  readonly negotiated = true;
  /** Held until it has told its end: garbage collection would close it, or worse. */
  #native: DataChannel | undefined;
  readonly #host: ChannelHost;
  readonly #events: ChannelEvents;
  #readyState: DataChannelLike["readyState"] = "connecting";
  #lowThreshold = 0;
  #goodbye: ReturnType<typeof setTimeout> | undefined;

  /** Takes over `native`; all of its callbacks are registered before this returns. */
  constructor(native: DataChannel, init: ChannelInit, host: ChannelHost) {
    this.label = init.label;
    this.id = init.id;
    this.ordered = init.ordered ?? true;
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null;
    this.maxRetransmits = init.maxRetransmits ?? null;
    this.protocol = init.protocol ?? "";
    this.#native = native;
    this.#host = host;
    this.#events = new ChannelEvents(host.logger);
    this.#listen(native);
  }

  get readyState(): DataChannelLike["readyState"] {
    return this.#readyState;
  }

  /** Bytes in libdatachannel's queue; up to a megabyte more may be in that of SCTP below. */
  get bufferedAmount(): number {
    return this.#native?.bufferedAmount() ?? 0;
  }

  get bufferedAmountLowThreshold(): number {
    return this.#lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#lowThreshold = Math.min(Math.max(0, Math.trunc(bytes) || 0), MAX_UNSIGNED_LONG);
    // Native code throws on a channel that is gone.
    if (this.#readyState === "connecting" || this.#readyState === "open") {
      this.#native?.setBufferedAmountLowThreshold(this.#lowThreshold);
    }
  }

  get binaryType(): string {
    return "arraybuffer";
  }

  /** @throws PeerhoodError `INVALID_ARGUMENT` for anything but `"arraybuffer"` */
  set binaryType(type: string) {
    if (type === "arraybuffer") return;
    throw new PeerhoodError(
      "INVALID_ARGUMENT",
      `Data channels in Node have the binaryType "arraybuffer" only, not ${JSON.stringify(type)}.`,
    );
  }

  /**
   * Queues a message; its bytes are copied.
   * @throws PeerhoodError `INVALID_STATE` before the channel is open, `CHANNEL_CLOSED`, `MESSAGE_TOO_LARGE` (the
   * channel stays open), `UNSUPPORTED_PAYLOAD`
   */
  send(data: string): void;
  send(data: ArrayBuffer): void;
  send(data: ArrayBufferView): void;
  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (this.#readyState !== "open") throw this.#notOpen();
    const maxBytes = this.#host.maxMessageBytes();
    // The native calls return false for "queued", which is as good as sent.
    try {
      if (typeof data === "string") {
        if (isTextLonger(data, maxBytes)) throw tooLarge(Buffer.byteLength(data), maxBytes);
        this.#native?.sendMessage(data);
      } else {
        const bytes = toBytes(data);
        if (bytes.byteLength > maxBytes) throw tooLarge(bytes.byteLength, maxBytes);
        this.#native?.sendMessageBinary(bytes);
      }
    } catch (error) {
      // Native code knows of the remote's closing before its event is here.
      throw error instanceof PeerhoodError ? error : closedError(this.label, error);
    }
  }

  /** Sends what is queued, then closes both ends. Idempotent. */
  close(): void {
    if (this.#readyState === "closing" || this.#readyState === "closed") return;
    const wasConnecting = this.#readyState === "connecting";
    this.#readyState = "closing";
    // When both ends close at once, libdatachannel may lose the event, and leave a handle behind. So nothing is asked
    // of a channel that the remote is closing in this moment, and the rest is up to the timer.
    if (wasConnecting || this.#native?.isOpen()) this.#native?.close();
    this.#endSoon();
  }

  /** The connection is about to close. That closes all channels but those which never opened. */
  closeWithConnection(): void {
    if (this.#readyState === "connecting" && !this.#native?.isOpen()) this.close();
    else if (this.#goodbye !== undefined) this.#host.post(this.#end);
    else this.#readyState = "closing";
  }

  /** The connection is closed, and the event of this channel was lost. Lets go of the native object. */
  abandon(): void {
    this.#native?.close();
    this.#release();
    this.#end();
  }

  addEventListener(type: DataChannelEventType, listener: ChannelListener, options?: { once?: boolean }): void {
    this.#events.add(type, listener, options?.once);
  }

  removeEventListener(type: DataChannelEventType, listener: ChannelListener): void {
    this.#events.remove(type, listener);
  }

  get onopen(): ChannelListener | null {
    return this.#events.attribute("open");
  }
  set onopen(listener: ChannelListener | null) {
    this.#events.setAttribute("open", listener);
  }
  get onmessage(): ChannelListener | null {
    return this.#events.attribute("message");
  }
  set onmessage(listener: ChannelListener | null) {
    this.#events.setAttribute("message", listener);
  }
  get onbufferedamountlow(): ChannelListener | null {
    return this.#events.attribute("bufferedamountlow");
  }
  set onbufferedamountlow(listener: ChannelListener | null) {
    this.#events.setAttribute("bufferedamountlow", listener);
  }
  get onclosing(): ChannelListener | null {
    return this.#events.attribute("closing");
  }
  set onclosing(listener: ChannelListener | null) {
    this.#events.setAttribute("closing", listener);
  }
  get onclose(): ChannelListener | null {
    return this.#events.attribute("close");
  }
  set onclose(listener: ChannelListener | null) {
    this.#events.setAttribute("close", listener);
  }
  get onerror(): ChannelListener | null {
    return this.#events.attribute("error");
  }
  set onerror(listener: ChannelListener | null) {
    this.#events.setAttribute("error", listener);
  }

  #listen(native: DataChannel): void {
    const { post } = this.#host;
    native.onOpen(() => post(this.#onOpen));
    native.onError((message) => post(() => this.#onError(message)));
    native.onBufferedAmountLow(() => post(this.#onLow));
    native.onMessage((message) => post(() => this.#onMessage(message)));
    // Each callback has a queue of its own, served in the order of registration: the close must come after messages.
    native.onClosed(() => post(this.#onClosed));
  }

  readonly #onOpen = (): void => {
    if (this.#readyState !== "connecting") return;
    this.#readyState = "open";
    this.#emit("open");
  };

  #onMessage(message: string | Buffer | ArrayBuffer): void {
    // The queue of messages may be served before that of the open event.
    this.#onOpen();
    if (this.#readyState === "closed") return;
    this.#emit("message", { data: fromNative(message) });
  }

  readonly #onLow = (): void => {
    // More may have been sent since native code told; then it tells again.
    if (this.#readyState === "open" && this.bufferedAmount <= this.#lowThreshold) this.#emit("bufferedamountlow");
  };

  #onError(message: string): void {
    if (this.#readyState === "closed") return;
    const what = `libdatachannel reports for channel ${shown(this.label)}: ${message}`;
    this.#emit("error", { error: new PeerhoodError("NATIVE_FAILED", what) });
  }

  readonly #onClosed = (): void => {
    this.#release();
    if (this.#readyState === "closing" || this.#readyState === "closed") return this.#end();
    // Only the end that did not begin it hears of the closing (W3C WebRTC 1.0, section 6.2).
    this.#readyState = "closing";
    this.#emit("closing");
    // libdatachannel has answered with a reset of its own (RFC 8831, section 6.7), which would close the next channel
    // of that id at the other side if both were opened before it got there.
    this.#endSoon();
  };

  #release(): void {
    if (this.#native === undefined) return;
    this.#native = undefined;
    this.#host.onReleased();
  }

  #endSoon(): void {
    this.#goodbye ??= setTimeout(this.#end, this.#host.goodbyeMs());
  }

  readonly #end = (): void => {
    if (this.#readyState === "closed") return;
    clearTimeout(this.#goodbye);
    this.#readyState = "closed";
    this.#host.onClosed();
    this.#emit("close");
  };

  #emit(type: DataChannelEventType, more?: { data?: unknown; error?: PeerhoodError }): void {
    const event: DataChannelEvent = { type, target: this, ...more } as DataChannelEvent;
    this.#events.emit(type, event);
  }

  #notOpen(): PeerhoodError {
    if (this.#readyState !== "connecting") return closedError(this.label);
    return new PeerhoodError(
      "INVALID_STATE",
      `Channel ${shown(this.label)} is not open yet; send after its open event.`,
    );
  }
}

function closedError(label: string, cause?: unknown): PeerhoodError {
  return new PeerhoodError("CHANNEL_CLOSED", `Channel ${shown(label)} is closed; open it again.`, { cause });
}

function tooLarge(bytes: number, maxBytes: number): PeerhoodError {
  return new PeerhoodError(
    "MESSAGE_TOO_LARGE",
    `A message of ${bytes} bytes is more than the ${maxBytes} that the other side takes; send it in pieces.`,
  );
}

/** Labels come from the application or a remote, and may be 64 KiB long. */
function shown(label: string): string {
  return JSON.stringify(label.slice(0, 40));
}
