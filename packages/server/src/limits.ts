import { HEADER_BYTES, MAX_TOPIC_LENGTH } from "./protocol.js";

/** What one client may take of the server. */
export interface Limits {
  /** Largest published message, bytes; told to clients in the welcome. At least 16,384. @default 65_536 */
  readonly messageBytes: number;
  /** Topics that one socket may be subscribed to. A room takes two. @default 1_024 */
  readonly topicsPerSocket: number;
  /** From the opened socket to its accepted token. @default 10_000 */
  readonly helloTimeoutMs: number;
  /** Bytes that wait for one slow reader before it is cut off, to come back when it can. @default 1_048_576 */
  readonly bufferedBytes: number;
  /** A socket that was silent for one interval is pinged, and dropped at the end of the next. @default 30_000 */
  readonly pingIntervalMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  // Four times what every driver carries (spec, section 5): an offer with many media sections and its candidates.
  messageBytes: 65_536,
  topicsPerSocket: 1_024,
  // Time for a slow phone on a bad network, and for an `authorize` that asks a database.
  helloTimeoutMs: 10_000,
  // Sixteen of the largest messages; 1,000 hostile readers take 1 GiB.
  bufferedBytes: 1_048_576,
  // Also keeps the mappings of NAT and proxies alive, which often drop idle connections after 60 s.
  pingIntervalMs: 30_000,
};

/** Tokens are small: an 8 KiB header is what HTTP servers commonly take. */
export const MAX_TOKEN_BYTES = 8_192;

/** RFC 6455 section 5.5: a control frame has at most 125 bytes, two of them for the code. */
export const MAX_CLOSE_REASON_BYTES = 123;

/** What a client may take to answer a close frame before its socket is cut. */
export const CLOSE_PATIENCE_MS = 1_000;

export function maxFrameBytes(limits: Limits): number {
  return HEADER_BYTES + Math.max(MAX_TOPIC_LENGTH + limits.messageBytes, MAX_TOKEN_BYTES);
}
