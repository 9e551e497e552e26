/**
 * The frames between a client and this server, version 1, as written down in packages/docs/protocol/signaling-server.md.
 * `@peerhood/core` has a codec of its own, since neither package imports the other; shared vectors keep them equal.
 *
 *     type u8 | number u32 | topic length u16 | topic (ASCII) | body        big endian
 */
export const PROTOCOL_VERSION = 1;

export const FrameType = {
  hello: 0x01,
  subscribe: 0x02,
  unsubscribe: 0x03,
  publish: 0x04,
  ping: 0x05,
  token: 0x06,
  welcome: 0x81,
  ack: 0x82,
  error: 0x83,
  message: 0x84,
  pong: 0x85,
  gap: 0x86,
} as const;

/** In the body of an error frame: why a request was refused. The connection stays. */
export const ErrorCode = {
  /** The socket has as many topics as it may. */
  tooManyTopics: 1,
  /** The server has as many rooms as it may. */
  tooManyRooms: 2,
  /** The room topic has as many peers as it may. */
  roomFull: 3,
  /** The token does not allow this topic. */
  topicNotAllowed: 4,
  /** A new token was refused; the old one goes on. */
  tokenRefused: 5,
  /** Nobody can say now whether a new token is good; the old one goes on. */
  tryLater: 6,
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Why the server ended a connection: RFC 6455 section 7.4.1 where it has a code, else from the private range. */
export const CloseCode = {
  goingAway: 1001,
  malformed: 1002,
  notBinary: 1003,
  tooLarge: 1009,
  /** The server is drained: go to another. */
  goElsewhere: 1012,
  tryLater: 1013,
  tokenRefused: 4401,
  originRefused: 4403,
  helloTimeout: 4408,
  tokenExpired: 4410,
  version: 4426,
  tooSlow: 4429,
  tooFast: 4430,
  tooManySockets: 4431,
  tooManyHandshakes: 4432,
  /** Plus an {@link ErrorCode}: this request was refused again and again. */
  refusedAgain: 4440,
} as const;

export const HEADER_BYTES = 7;
export const MAX_TOPIC_LENGTH = 256;
const TOPIC = /^[A-Za-z0-9._/-]{1,256}$/;

export interface Frame {
  readonly type: number;
  /** Protocol version in hello and welcome, the request's number in requests and their replies, else 0. */
  readonly number: number;
  readonly topic: string;
  readonly body: Uint8Array;
}

/** `undefined` for what is no frame. `body` is a view into `data`. */
export function decodeFrame(data: Uint8Array): Frame | undefined {
  if (data.byteLength < HEADER_BYTES) return undefined;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const bodyStart = HEADER_BYTES + bytes.readUInt16BE(5);
  if (bytes.length < bodyStart) return undefined;
  return {
    type: bytes.readUInt8(0),
    number: bytes.readUInt32BE(1),
    topic: bytes.toString("latin1", HEADER_BYTES, bodyStart),
    body: bytes.subarray(bodyStart),
  };
}

export function encodeFrame(type: number, number: number, topic = "", body: Uint8Array = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + topic.length + body.byteLength);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt32BE(number, 1);
  bytes.writeUInt16BE(topic.length, 5);
  bytes.write(topic, HEADER_BYTES, "latin1");
  bytes.set(body, HEADER_BYTES + topic.length);
  return bytes;
}

/** `lifeMs`: how long the token holds, 0 for ever. */
export function encodeWelcome(
  limits: { readonly messageBytes: number; readonly topicsPerSocket: number },
  lifeMs = 0,
): Buffer {
  const body = Buffer.allocUnsafe(12);
  body.writeUInt32BE(limits.messageBytes, 0);
  body.writeUInt32BE(limits.topicsPerSocket, 4);
  body.writeUInt32BE(lifeMs, 8);
  return encodeFrame(FrameType.welcome, PROTOCOL_VERSION, "", body);
}

/** The answer to a new token. */
export function encodeTokenAck(number: number, lifeMs: number): Buffer {
  const body = Buffer.allocUnsafe(4);
  body.writeUInt32BE(lifeMs, 0);
  return encodeFrame(FrameType.ack, number, "", body);
}

export function encodeError(number: number, topic: string, code: number, reason: string): Buffer {
  const body = Buffer.allocUnsafe(2 + Buffer.byteLength(reason));
  body.writeUInt16BE(code, 0);
  body.write(reason, 2, "utf8");
  return encodeFrame(FrameType.error, number, topic, body);
}

export function isTopic(topic: string): boolean {
  return TOPIC.test(topic);
}
