/**
 * The part of `RTCDataChannel` (W3C WebRTC 1.0, section 6.2) that exists in every runtime. The DOM's type is
 * assignable to it; in Node the objects are peerhood's own, with the same behaviour.
 */
export interface DataChannelLike {
  readonly label: string;
  /** SCTP stream id, 0 to 65,534; `null` until assigned. */
  readonly id: number | null;
  readonly ordered: boolean;
  /** Milliseconds, or `null` for reliable. */
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly protocol: string;
  readonly negotiated: boolean;
  readonly readyState: "connecting" | "open" | "closing" | "closed";
  /** Bytes accepted by `send` and not yet handed to the transport. */
  readonly bufferedAmount: number;
  /** `bufferedamountlow` fires when `bufferedAmount` falls to this many bytes or fewer. @default 0 */
  bufferedAmountLowThreshold: number;
  /** `"arraybuffer"` is what peerhood sets and needs; `"blob"` exists in browsers only. */
  binaryType: string;
  /** @throws if the channel is not open, or the message is larger than the other side takes. */
  send(data: string): void;
  send(data: ArrayBuffer): void;
  send(data: ArrayBufferView): void;
  close(): void;
  addEventListener(
    type: DataChannelEventType,
    listener: (event: DataChannelEvent) => void,
    options?: { once?: boolean },
  ): void;
  removeEventListener(type: DataChannelEventType, listener: (event: DataChannelEvent) => void): void;
}

export type DataChannelEventType = "open" | "message" | "bufferedamountlow" | "closing" | "close" | "error";

export interface DataChannelEvent {
  readonly type: string;
  /** `string` or `ArrayBuffer`, on `message` only. */
  readonly data?: unknown;
}
