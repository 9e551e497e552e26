import { createHash, createHmac, randomBytes } from "node:crypto";

/** A message of STUN (RFC 8489) or TURN (RFC 8656), as far as checking a server needs it. */
export interface StunMessage {
  readonly transaction: Buffer;
  /** In an error response. */
  readonly error?: { readonly code: number; readonly text: string };
  readonly realm?: string;
  readonly nonce?: string;
}

/** Long-term credentials (RFC 8489 section 9.2). */
export interface StunLogin {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
}

// RFC 8489 section 5, RFC 8656 section 17.
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const BINDING = 0x0001;
const ALLOCATE = 0x0003;
const REFRESH = 0x0004;
// RFC 8489 section 18.3, RFC 8656 section 18.
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const LIFETIME = 0x000d;
const REALM = 0x0014;
const NONCE = 0x0015;
const REQUESTED_TRANSPORT = 0x0019;
const INTEGRITY_BYTES = 24;
/** UDP, and three bytes that are reserved (RFC 8656 section 18.7). */
const UDP = Buffer.of(17, 0, 0, 0);

export function bindingRequest(): Buffer {
  return request(BINDING, []);
}

export function allocateRequest(login?: StunLogin): Buffer {
  return request(ALLOCATE, [attribute(REQUESTED_TRANSPORT, UDP)], login);
}

/** Ends the allocation. */
export function refreshRequest(login: StunLogin): Buffer {
  return request(REFRESH, [attribute(LIFETIME, Buffer.alloc(4))], login);
}

/** `undefined` for what is not STUN. */
export function readStun(packet: Buffer): StunMessage | undefined {
  if (packet.length < HEADER_BYTES || packet.readUInt32BE(4) !== MAGIC_COOKIE) return undefined;
  let message: StunMessage = { transaction: packet.subarray(8, HEADER_BYTES) };
  for (let at = HEADER_BYTES; at + 4 <= packet.length;) {
    const length = packet.readUInt16BE(at + 2);
    const value = packet.subarray(at + 4, at + 4 + length);
    const type = packet.readUInt16BE(at);
    if (type === REALM) message = { ...message, realm: value.toString() };
    if (type === NONCE) message = { ...message, nonce: value.toString() };
    if (type === ERROR_CODE && length >= 4) {
      const code = ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0);
      message = { ...message, error: { code, text: value.subarray(4).toString() } };
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return message;
}

function request(type: number, attributes: readonly Buffer[], login?: StunLogin): Buffer {
  const named = login && [
    attribute(USERNAME, Buffer.from(login.username)),
    attribute(REALM, Buffer.from(login.realm)),
    attribute(NONCE, Buffer.from(login.nonce)),
  ];
  const body = Buffer.concat([...attributes, ...(named ?? [])]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(body.length + (login ? INTEGRITY_BYTES : 0), 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  randomBytes(12).copy(header, 8);
  const message = Buffer.concat([header, body]);
  if (login === undefined) return message;
  const { username, realm, password } = login;
  const key = createHash("md5").update(`${username}:${realm}:${password}`).digest();
  return Buffer.concat([message, attribute(MESSAGE_INTEGRITY, createHmac("sha1", key).update(message).digest())]);
}

function attribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  padded.writeUInt16BE(type, 0);
  padded.writeUInt16BE(value.length, 2);
  value.copy(padded, 4);
  return padded;
}
