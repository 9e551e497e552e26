import { MAX_META_BYTES, MAX_REASON_LENGTH } from "./constants.js";
import { ByteReader, decodeText, type ByteWriter } from "./bytes.js";

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

/** One SCTP message is a frame, a frame is one or more records. */
export type FrameRecord =
  | {
      readonly type: "start";
      readonly id: number;
      readonly kind: Kind;
      readonly fin: boolean;
      readonly size: number | undefined;
      /** {@link Meta} as JSON. */
      readonly meta: Uint8Array | undefined;
      readonly payload: Uint8Array;
    }
  | { readonly type: "data"; readonly id: number; readonly fin: boolean; readonly payload: Uint8Array }
  /** Transfers that have arrived, as ranges of ids: first and count. */
  | { readonly type: "ack"; readonly ranges: readonly (readonly [number, number])[] }
  /** How much of a transfer has arrived, and up to which offset more may be sent. */
  | { readonly type: "credit"; readonly id: number; readonly received: number; readonly limit: number }
  /** The sender gives up. */
  | { readonly type: "abort"; readonly id: number; readonly reason: string }
  /** The receiver does not want it. */
  | { readonly type: "cancel"; readonly id: number; readonly reason: string }
  /** Reservations of this channel that are free again, in all: bytes and transfers. */
  | { readonly type: "admit"; readonly bytes: number; readonly count: number };

const START = 1;
const DATA = 2;
const ACK = 3;
const CREDIT = 4;
const ABORT = 5;
const CANCEL = 6;
const ADMIT = 7;

const FIN = 8;
const HAS_SIZE = 16;
const HAS_META = 32;

/** Bytes that a START without meta, or a DATA, takes beside its payload at most. */
export const RECORD_OVERHEAD_BYTES = 32;

const MAX_RANGES = 16_384;

export function writeRecord(writer: ByteWriter, record: FrameRecord): void {
  switch (record.type) {
    case "start": {
      const { id, kind, fin, size, meta, payload } = record;
      writer.byte(START);
      writer.byte(
        KINDS.indexOf(kind) |
          (fin ? FIN : 0) |
          (size === undefined ? 0 : HAS_SIZE) |
          (meta === undefined ? 0 : HAS_META),
      );
      writer.varint(id);
      if (size !== undefined) writer.varint(size);
      if (meta !== undefined) writer.block(meta);
      writer.varint(payload.length);
      return writer.bytes(payload);
    }
    case "data":
      writer.byte(DATA);
      writer.byte(record.fin ? FIN : 0);
      writer.varint(record.id);
      writer.varint(record.payload.length);
      return writer.bytes(record.payload);
    case "ack":
      writer.byte(ACK);
      writer.varint(record.ranges.length);
      for (const [first, count] of record.ranges) {
        writer.varint(first);
        writer.varint(count);
      }
      return;
    case "credit":
      writer.byte(CREDIT);
      writer.varint(record.id);
      writer.varint(record.received);
      return writer.varint(record.limit);
    case "abort":
    case "cancel":
      writer.byte(record.type === "abort" ? ABORT : CANCEL);
      writer.varint(record.id);
      return writer.text(record.reason.slice(0, MAX_REASON_LENGTH));
    case "admit":
      writer.byte(ADMIT);
      writer.varint(record.bytes);
      return writer.varint(record.count);
  }
}

/**
 * The records of a frame. Payloads are views of it.
 * @throws RangeError, TypeError or SyntaxError for whatever is not one
 */
export function* readRecords(frame: Uint8Array): Generator<FrameRecord, void, undefined> {
  const reader = new ByteReader(frame);
  if (reader.done) throw new RangeError("the frame is empty");
  while (!reader.done) yield readRecord(reader);
}

function readRecord(reader: ByteReader): FrameRecord {
  const type = reader.byte();
  switch (type) {
    case START: {
      const flags = reader.byte();
      const kind = KINDS[flags & 7];
      if (kind === undefined || flags > 63) throw new RangeError("a message of an unknown kind");
      const id = reader.varint();
      const size = (flags & HAS_SIZE) === 0 ? undefined : reader.varint();
      const meta = (flags & HAS_META) === 0 ? undefined : reader.block(MAX_META_BYTES);
      return { type: "start", id, kind, fin: (flags & FIN) !== 0, size, meta, payload: reader.bytes(reader.varint()) };
    }
    case DATA: {
      const flags = reader.byte();
      const id = reader.varint();
      return { type: "data", id, fin: (flags & FIN) !== 0, payload: reader.bytes(reader.varint()) };
    }
    case ACK: {
      const count = reader.varint();
      if (count > MAX_RANGES) throw new RangeError("an acknowledgement of too many ranges");
      const ranges = Array.from({ length: count }, () => [reader.varint(), reader.varint()] as const);
      return { type: "ack", ranges };
    }
    case CREDIT:
      return { type: "credit", id: reader.varint(), received: reader.varint(), limit: reader.varint() };
    case ABORT:
    case CANCEL:
      return {
        type: type === ABORT ? "abort" : "cancel",
        id: reader.varint(),
        // A character is up to three bytes.
        reason: reader.text(MAX_REASON_LENGTH * 3),
      };
    case ADMIT:
      return { type: "admit", bytes: reader.varint(), count: reader.varint() };
    default:
      throw new RangeError(`a record of the unknown type ${type}`);
  }
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
