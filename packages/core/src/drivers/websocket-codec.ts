/**
 * The frames between WebSocketDriver and a signaling server, version 1: packages/docs/protocol/signaling-server.md.
 * The server has a codec of its own, since neither package imports the other; shared vectors keep them equal.
 *
 *     type u8 | number u32 | topic length u16 | topic (ASCII) | body        big endian
 */
export const PROTOCOL_VERSION = 1;

export const HELLO = 0x01;
export const SUBSCRIBE = 0x02;
export const UNSUBSCRIBE = 0x03;
export const PUBLISH = 0x04;
export const PING = 0x05;
export const TOKEN = 0x06;
export const WELCOME = 0x81;
export const ACK = 0x82;
export const ERROR = 0x83;
export const MESSAGE = 0x84;
export const PONG = 0x85;
export const GAP = 0x86;

/** WebSocket close codes of the server that WebSocketDriver acts upon. */
export const CLOSE_TOO_LARGE = 1009;
export const CLOSE_GO_ELSEWHERE = 1012;
export const CLOSE_TOKEN_EXPIRED = 4410;
export const CLOSE_VERSION = 4426;
/** Plus the code of an error frame. */
export const CLOSE_REFUSED_AGAIN = 4440;

const HEADER_BYTES = 7;
const EMPTY = new Uint8Array(0);

export interface Frame {
  readonly type: number;
  /** Protocol version in HELLO and WELCOME, the request's number in requests and their replies, else 0. */
  readonly number: number;
  readonly topic: string;
  readonly body: Uint8Array;
}

export function encodeFrame(type: number, number = 0, topic = "", body: Uint8Array = EMPTY): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + topic.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint32(1, number);
  view.setUint16(5, topic.length);
  new TextEncoder().encodeInto(topic, bytes.subarray(HEADER_BYTES));
  bytes.set(body, HEADER_BYTES + topic.length);
  return bytes;
}

/** `undefined` for what is no frame. `body` is a view into `bytes`. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const bodyStart = HEADER_BYTES + view.getUint16(5);
  if (bytes.length < bodyStart) return undefined;
  return {
    type: view.getUint8(0),
    number: view.getUint32(1),
    topic: text(bytes.subarray(HEADER_BYTES, bodyStart)),
    body: bytes.subarray(bodyStart),
  };
}

/** UTF-8, with what is invalid replaced. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
