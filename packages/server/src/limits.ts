import { HEADER_BYTES, MAX_TOPIC_LENGTH } from "./protocol.js";

/** What clients may take of the server. */
export interface Limits {
  /** Largest published message, bytes; told to clients in the welcome. At least 16,384. @default 65_536 */
  readonly messageBytes: number;
  /** Topics that one socket may be subscribed to. A room takes two. @default 1_024 */
  readonly topicsPerSocket: number;
  /** Requests per second that a socket may go on sending; each 4 KiB of a message count as one. @default 500 */
  readonly messagesPerSecond: number;
  /** Requests that a socket may send at once, before the rate counts. @default 2_000 */
  readonly messagesBurst: number;
  /** Who is slowed down to the rate is read more slowly; after this long without a break it is cut off. @default 10_000 */
  readonly throttledMs: number;
  /** Sockets from one address; of IPv6, from one /64. @default 512 */
  readonly connectionsPerAddress: number;
  /** Handshakes and HTTP requests per second from one address, after a first {@link connectionsPerAddress}. @default 100 */
  readonly requestsPerSecond: number;
  /** Room topics that somebody is subscribed to, on this server. @default 100_000 */
  readonly rooms: number;
  /** Subscribers of one topic, and topics of one room, on this server. @default 1_000 */
  readonly peersPerRoom: number;
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
  // Meeting somebody takes some ten messages: a bot meets 50 peers a second for as long as it likes, and 200 at once.
  messagesPerSecond: 500,
  messagesBurst: 2_000,
  // A burst of 7,000 passes, which is a bot that comes back into rooms of 700.
  throttledMs: 10_000,
  // An office or a school behind one address.
  connectionsPerAddress: 512,
  requestsPerSecond: 100,
  rooms: 100_000,
  // Ten times a large mesh; every join is told to all of them.
  peersPerRoom: 1_000,
  // Time for a slow phone on a bad network, and for an `authorize` that asks a database.
  helloTimeoutMs: 10_000,
  // Sixteen of the largest messages; 1,000 hostile readers take 1 GiB.
  bufferedBytes: 1_048_576,
  // Also keeps the mappings of NAT and proxies alive, which often drop idle connections after 60 s.
  pingIntervalMs: 30_000,
};

/** Bytes of a message that count as one request more. */
export const BYTES_PER_REQUEST = 4_096;

/** Requests refused one after the other before the socket is closed: nobody who reads the answers goes on. */
export const MAX_REFUSALS = 64;

/** Sockets above {@link Limits.connectionsPerAddress} that are told why; further ones are cut before they cost anything. */
export const TOLD_SOCKETS = 32;

/** Handshakes above {@link Limits.requestsPerSecond} of one address that are told why: at first, and then each second. */
export const TOLD_LATE = 8;
export const TOLD_LATE_PER_SECOND = 2;

/** Tokens are small: an 8 KiB header is what HTTP servers commonly take. */
export const MAX_TOKEN_BYTES = 8_192;

/** RFC 6455 section 5.5: a control frame has at most 125 bytes, two of them for the code. */
export const MAX_CLOSE_REASON_BYTES = 123;

/** What a client may take to answer a close frame before its socket is cut. */
export const CLOSE_PATIENCE_MS = 1_000;

/** The longest delay of a timer (2^31 - 1 ms), and of what the protocol says of a token's life. */
export const MAX_TIMER_MS = 2_147_483_647;

export function maxFrameBytes(limits: Limits): number {
  return HEADER_BYTES + Math.max(MAX_TOPIC_LENGTH + limits.messageBytes, MAX_TOKEN_BYTES);
}

/** @throws RangeError for a limit that breaks clients, or is none */
export function completeLimits(given: Partial<Limits> = {}): Limits {
  const limits: Limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) throw new RangeError(`limits.${name} is ${value}: give a number above 0, Infinity for no limit.`);
  }
  if (limits.messageBytes < 16_384) throw new RangeError("limits.messageBytes is below the 16,384 that always pass.");
  if (limits.messageBytes > 0xffff_ffff) throw new RangeError("limits.messageBytes is above 4 GiB.");
  return limits;
}
