import { ByteReader, decodeText, type ByteWriter } from "./bytes.js";
import { MAX_ACK_RANGES, MAX_META_BYTES, MAX_REASON_LENGTH } from "./constants.js";
import type { Reason } from "./reason.js";

/** What a message is, so that it arrives as the same. The number goes over the wire. */
export const KINDS = ["string", "binary", "blob", "file", "json"] as const;
export type Kind = (typeof KINDS)[number];

/** What goes along with a message, as JSON. */
export interface Meta {
  readonly info?: unknown;
  /** Media type of a blob or file. */
  readonly type?: string;
  readonly name?: string;
  readonly lastModified?: number;
}

export interface Start {
  readonly id: number;
  readonly kind: Kind;
  /** Bytes in all; `undefined` where the sender does not know. */
  readonly size: number | undefined;
  /** {@link Meta} as JSON. */
  readonly meta: Uint8Array | undefined;
}

/** Takes the records of a frame, in their order. No objects in between: most frames are many short messages. */
export interface FrameHandler {
  /** Nothing more is wanted. */
  readonly closed: boolean;
  /** A message that is whole in one record: bytes `from` to `to` of the frame. */
  whole(id: number, kind: Kind, meta: Uint8Array | undefined, frame: Uint8Array, from: number, to: number): void;
  start(start: Start, payload: Uint8Array): void;
  /** `tell`: its sender wants to hear at once how much has arrived. */
  data(id: number, fin: boolean, tell: boolean, payload: Uint8Array): void;
  /** All messages below that id have arrived, or are over otherwise. */
  ackBelow(id: number): void;
  /** These have arrived too. */
  ackRange(first: number, end: number): void;
  /** How much of a message has arrived, and up to which offset more may be sent. */
  credit(id: number, received: number, limit: number): void;
  /** The sender gives up. */
  abort(id: number, reason: Reason): void;
  /** The receiver does not want it. */
  cancel(id: number, reason: Reason): void;
  /** Reservations of this channel that are free again, in all: bytes and messages. */
  admit(bytes: number, count: number): void;
  /** Another frame follows at once: what answers this one can wait for it. */
  more(): void;
}

const START = 1;
const DATA = 2;
const ACK = 3;
const CREDIT = 4;
const ABORT = 5;
const CANCEL = 6;
const ADMIT = 7;
const MORE = 8;

const FIN = 8;
const TELL = 16;
const HAS_SIZE = 16;
const HAS_META = 32;

/** Bytes that a START without meta, or a DATA, takes beside its payload at most. */
export const RECORD_OVERHEAD_BYTES = 32;

/** A message that is whole, as text. Returns how many bytes it has. */
export function writeWholeText(
  writer: ByteWriter,
  id: number,
  kind: Kind,
  meta: Uint8Array | undefined,
  text: string,
): number {
  writeHead(writer, id, KINDS.indexOf(kind) | FIN, undefined, meta);
  return writer.text(text);
}

export function writeWhole(writer: ByteWriter, { id, kind, meta }: Omit<Start, "size">, payload: Uint8Array): void {
  writeHead(writer, id, KINDS.indexOf(kind) | FIN, undefined, meta);
  writer.block(payload);
}

export function writeStart(writer: ByteWriter, { id, kind, size, meta }: Start, payload: Uint8Array): void {
  writeHead(writer, id, KINDS.indexOf(kind), size, meta);
  writer.block(payload);
}

function writeHead(
  writer: ByteWriter,
  id: number,
  flags: number,
  size: number | undefined,
  meta: Uint8Array | undefined,
): void {
  writer.byte(START);
  writer.byte(flags | (size === undefined ? 0 : HAS_SIZE) | (meta === undefined ? 0 : HAS_META));
  writer.varint(id);
  if (size !== undefined) writer.varint(size);
  if (meta !== undefined) writer.block(meta);
}

export function writeData(writer: ByteWriter, id: number, fin: boolean, tell: boolean, payload: Uint8Array): void {
  writer.byte(DATA);
  writer.byte((fin ? FIN : 0) | (tell ? TELL : 0));
  writer.varint(id);
  writer.block(payload);
}

/** `ranges`: first id and the one after the last, ascending, none below `below`. */
export function writeAck(writer: ByteWriter, below: number, ranges: readonly (readonly [number, number])[]): void {
  writer.byte(ACK);
  writer.varint(below);
  writer.varint(ranges.length);
  let last = below;
  for (const [first, end] of ranges) {
    writer.varint(first - last);
    writer.varint(end - first);
    last = end;
  }
}

export function writeCredit(writer: ByteWriter, id: number, received: number, limit: number): void {
  writer.byte(CREDIT);
  writer.varint(id);
  writer.varint(received);
  writer.varint(limit);
}

export function writeAbort(writer: ByteWriter, id: number, reason: Reason): void {
  writer.byte(ABORT);
  writeReason(writer, id, reason);
}

export function writeCancel(writer: ByteWriter, id: number, reason: Reason): void {
  writer.byte(CANCEL);
  writeReason(writer, id, reason);
}

function writeReason(writer: ByteWriter, id: number, { code, text }: Reason): void {
  writer.varint(id);
  writer.varint(code);
  writer.text(text.slice(0, MAX_REASON_LENGTH));
}

export function writeAdmit(writer: ByteWriter, bytes: number, count: number): void {
  writer.byte(ADMIT);
  writer.varint(bytes);
  writer.varint(count);
}

export function writeMore(writer: ByteWriter): void {
  writer.byte(MORE);
}

/**
 * Hands the records of a frame to `handler`. Payloads are views of the frame.
 * @throws RangeError, TypeError or SyntaxError for whatever is not one, and what `handler` throws
 */
export function readFrame(frame: Uint8Array, handler: FrameHandler): void {
  const reader = new ByteReader(frame);
  if (reader.done) throw new RangeError("the frame is empty");
  while (!reader.done && !handler.closed) readRecord(reader, frame, handler);
}

function readRecord(reader: ByteReader, frame: Uint8Array, handler: FrameHandler): void {
  const type = reader.byte();
  switch (type) {
    case START:
      return readStart(reader, frame, handler);
    case DATA: {
      const flags = reader.byte();
      const id = reader.varint();
      return handler.data(id, (flags & FIN) !== 0, (flags & TELL) !== 0, reader.bytes(reader.varint()));
    }
    case ACK:
      return readAck(reader, handler);
    case CREDIT:
      return handler.credit(reader.varint(), reader.varint(), reader.varint());
    case ABORT:
      return handler.abort(reader.varint(), readReason(reader));
    case CANCEL:
      return handler.cancel(reader.varint(), readReason(reader));
    case ADMIT:
      return handler.admit(reader.varint(), reader.varint());
    case MORE:
      return handler.more();
    default:
      throw new RangeError(`a record of the unknown type ${type}`);
  }
}

function readStart(reader: ByteReader, frame: Uint8Array, handler: FrameHandler): void {
  const flags = reader.byte();
  const kind = KINDS[flags & 7];
  if (kind === undefined || flags > 63) throw new RangeError("a message of an unknown kind");
  const id = reader.varint();
  const size = (flags & HAS_SIZE) === 0 ? undefined : reader.varint();
  const meta = (flags & HAS_META) === 0 ? undefined : reader.block(MAX_META_BYTES);
  const length = reader.varint();
  if ((flags & FIN) === 0) return handler.start({ id, kind, size, meta }, reader.bytes(length));
  if (size !== undefined) throw new RangeError("a size beside the length of a whole message");
  const from = reader.skip(length);
  handler.whole(id, kind, meta, frame, from, from + length);
}

function readAck(reader: ByteReader, handler: FrameHandler): void {
  let last = reader.varint();
  const count = reader.varint();
  if (count > MAX_ACK_RANGES) throw new RangeError("an acknowledgement of too many ranges");
  handler.ackBelow(last);
  for (let i = 0; i < count; i++) {
    const first = last + reader.varint();
    last = first + reader.varint();
    handler.ackRange(first, last);
  }
}

function readReason(reader: ByteReader): Reason {
  // A character is up to three bytes.
  return { code: reader.varint(), text: reader.text(MAX_REASON_LENGTH * 3) };
}

/** @throws SyntaxError, TypeError */
export function parseMeta(bytes: Uint8Array): Meta {
  const meta: unknown = JSON.parse(decodeText(bytes));
  if (typeof meta !== "object" || meta === null) throw new TypeError("the meta data is not an object");
  const { info, type, name, lastModified } = meta as Record<string, unknown>;
  return {
    info,
    ...(typeof type === "string" ? { type } : {}),
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof lastModified === "number" ? { lastModified } : {}),
  };
}
