import type { MediaKind } from "@peerhood/core";

/** How frames of one codec travel in RTP. Functions only: nothing is kept between two calls. */
export interface Codec {
  readonly kind: MediaKind;
  /** As in SDP and in `RTCRtpCodec`: `audio/opus`, `video/VP8`… */
  readonly mimeType: string;
  readonly clockRate: number;
  /** Sent as `a=fmtp` of our own offers. */
  readonly parameters: string | undefined;
  /** The payload type in our own offers, where the remote's offers have not settled on another. */
  readonly payloadType: number;
  /** Whether a remote's `a=fmtp` means what is implemented here. */
  accepts(parameters: ReadonlyMap<string, string>): boolean;
  /** Cuts a frame into payloads of at most `maxBytes`. Empty for what is no frame of this codec. */
  packetize(frame: Uint8Array, isKey: boolean, maxBytes: number): Uint8Array[];
  /** The frame in its payloads; `undefined` if they make none. */
  depacketize(payloads: readonly Uint8Array[]): Uint8Array<ArrayBuffer> | undefined;
  /** Whether a frame can begin with this payload. */
  beginsFrame(payload: Uint8Array): boolean;
  /** Whether this payload, which begins a frame, begins a key frame. Later payloads may make it one as well. */
  beginsKeyFrame(payload: Uint8Array): boolean;
  isKeyFrame(frame: Uint8Array): boolean;
}

/** `packetize` for payload formats with a descriptor in front of each piece: equal pieces, so that none is tiny. */
export function cut(bytes: Uint8Array, maxBytes: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.byteLength / maxBytes));
  const size = Math.ceil(bytes.byteLength / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

/** A payload that begins with these bytes. */
export function prefixed(prefix: readonly number[], bytes: Uint8Array): Uint8Array {
  const payload = new Uint8Array(prefix.length + bytes.byteLength);
  payload.set(prefix);
  payload.set(bytes, prefix.length);
  return payload;
}
