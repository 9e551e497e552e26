import type { Sealed } from "../sealing/agreement.js";
import { concat, encodeUint32 } from "../sealing/bytes.js";
import { KEY_BYTES, SHARE_BYTES, TAG_BYTES } from "../sealing/constants.js";
import { decodeBase32, encodeBase32 } from "../util/base32.js";
import { ID_BYTES, INSTANCE_BYTES, INSTANCE_SECRET_BYTES, SIGNALING_VERSION } from "./constants.js";

/** What a member tells the whole room, in the clear: that it is there, or that it goes. */
export interface RoomDatagram {
  readonly kind: "hello" | "bye";
  readonly from: string;
  /** New for each stay: tells two stays of one peer apart. */
  readonly instance: string;
  /** With `bye`: the bytes that `instance` is the hash of, which only its owner has. */
  readonly secret?: Uint8Array;
}

/** Where a datagram between two members belongs. */
export interface PairHeader {
  readonly from: string;
  readonly instance: string;
  /** Number of the sender's attempt; rises with each, so whatever belongs to an older one can be told and dropped. */
  readonly pair: number;
  readonly toInstance: string;
  /** 0: the sender has not heard from the receiver's attempt yet. */
  readonly toPair: number;
}

/** What one member tells another: its keys, something sealed, or both. */
export interface PairDatagram extends PairHeader {
  readonly kind: "pair";
  readonly key: Uint8Array | undefined;
  readonly sealed: Sealed | undefined;
  /** All that goes before the box, as it came. */
  readonly header: Uint8Array;
}

/** A datagram of another version of the protocol: its sender is told apart from noise. */
export interface ForeignDatagram {
  readonly kind: "foreign";
  readonly from: string;
  readonly version: number;
}

/** "ph" */
const MAGIC = Uint8Array.of(0x70, 0x68);
const HELLO = 1;
const BYE = 2;
const PAIR = 3;
const HAS_KEY = 1;
const HAS_SHARE = 2;
const HAS_BOX = 4;

const FROM = 4;
const INSTANCE = FROM + ID_BYTES;
const TO_INSTANCE = INSTANCE + INSTANCE_BYTES;
const PAIR_NUMBER = TO_INSTANCE + INSTANCE_BYTES;
const TO_PAIR_NUMBER = PAIR_NUMBER + 4;
const FLAGS = TO_PAIR_NUMBER + 4;
const REST = FLAGS + 1;

export function encodeRoomDatagram({ kind, from, instance, secret }: RoomDatagram): Uint8Array {
  return concat(encodeStart(kind === "hello" ? HELLO : BYE, from, instance), secret ?? new Uint8Array());
}

/** All but the box; with `number` a box follows. */
export function encodePairHeader(header: PairHeader, key: Uint8Array | undefined, number?: number): Uint8Array {
  const hasShare = key !== undefined && key.length > 3 * KEY_BYTES;
  const flags = key === undefined ? 0 : HAS_KEY;
  return concat(
    encodeStart(PAIR, header.from, header.instance),
    toBytes(header.toInstance),
    encodeUint32(header.pair),
    encodeUint32(header.toPair),
    Uint8Array.of(flags | (hasShare ? HAS_SHARE : 0) | (number === undefined ? 0 : HAS_BOX)),
    key ?? new Uint8Array(),
    number === undefined ? new Uint8Array() : encodeUint32(number),
  );
}

/** `undefined` for anything that is not one: a topic is open to all, so noise is expected and harmless. */
export function decodeDatagram(data: Uint8Array): RoomDatagram | PairDatagram | ForeignDatagram | undefined {
  if (data.length < INSTANCE || data[0] !== MAGIC[0] || data[1] !== MAGIC[1]) return undefined;
  // Its own bytes: a driver may use its buffer again.
  const bytes = new Uint8Array(data);
  const from = encodeBase32(bytes.subarray(FROM, INSTANCE));
  const version = bytes[2] ?? 0;
  if (version !== SIGNALING_VERSION) return { kind: "foreign", from, version };
  if (bytes.length < TO_INSTANCE) return undefined;
  const instance = encodeBase32(bytes.subarray(INSTANCE, TO_INSTANCE));
  if (bytes[3] === HELLO && bytes.length === TO_INSTANCE) return { kind: "hello", from, instance };
  if (bytes[3] === BYE && bytes.length === TO_INSTANCE + INSTANCE_SECRET_BYTES) {
    return { kind: "bye", from, instance, secret: bytes.subarray(TO_INSTANCE) };
  }
  return bytes[3] === PAIR ? decodePair(bytes, from, instance) : undefined;
}

function decodePair(bytes: Uint8Array, from: string, instance: string): PairDatagram | undefined {
  if (bytes.length < REST) return undefined;
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = bytes[FLAGS] ?? 0;
  let offset = REST;
  let key: Uint8Array | undefined;
  if ((flags & HAS_KEY) !== 0) {
    offset += 3 * KEY_BYTES + ((flags & HAS_SHARE) === 0 ? 0 : SHARE_BYTES);
    if (bytes.length < offset) return undefined;
    key = bytes.subarray(REST, offset);
  }
  let sealed: Sealed | undefined;
  if ((flags & HAS_BOX) !== 0) {
    if (bytes.length < offset + 4 + TAG_BYTES) return undefined;
    sealed = { number: numbers.getUint32(offset), box: bytes.subarray(offset + 4) };
    offset += 4;
  } else if (bytes.length !== offset) return undefined;
  const pair = numbers.getUint32(PAIR_NUMBER);
  if (pair === 0 || (key ?? sealed) === undefined) return undefined;
  return {
    kind: "pair",
    from,
    instance,
    pair,
    toInstance: encodeBase32(bytes.subarray(TO_INSTANCE, PAIR_NUMBER)),
    toPair: numbers.getUint32(TO_PAIR_NUMBER),
    key,
    sealed,
    header: bytes.subarray(0, offset),
  };
}

function encodeStart(kind: number, from: string, instance: string): Uint8Array {
  return concat(MAGIC, Uint8Array.of(SIGNALING_VERSION, kind), toBytes(from), toBytes(instance));
}

function toBytes(base32: string): Uint8Array {
  return decodeBase32(base32) ?? new Uint8Array();
}
