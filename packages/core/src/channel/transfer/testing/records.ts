import { ByteWriter } from "../bytes.js";
import {
  readFrame,
  writeAbort,
  writeAck,
  writeAdmit,
  writeCancel,
  writeCredit,
  writeData,
  writeMore,
  writeStart,
  writeWhole,
  type Kind,
  type Start,
} from "../frame.js";
import type { Reason } from "../reason.js";

/** The records of a frame as objects, for tests and vectors; the engine makes none. */
export type FrameRecord =
  | {
      readonly type: "whole";
      readonly id: number;
      readonly kind: Kind;
      readonly meta?: Uint8Array | undefined;
      readonly payload: Uint8Array;
    }
  | ({ readonly type: "start"; readonly payload: Uint8Array } & Start)
  | {
      readonly type: "data";
      readonly id: number;
      readonly fin: boolean;
      readonly tell?: boolean | undefined;
      readonly payload: Uint8Array;
    }
  | { readonly type: "ack"; readonly below: number; readonly ranges: readonly (readonly [number, number])[] }
  | { readonly type: "credit"; readonly id: number; readonly received: number; readonly limit: number }
  | { readonly type: "abort" | "cancel"; readonly id: number; readonly reason: Reason }
  | { readonly type: "admit"; readonly bytes: number; readonly count: number }
  | { readonly type: "more" };

export function encodeRecords(...records: readonly FrameRecord[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(64);
  for (const record of records) writeRecord(writer, record);
  return writer.take().slice();
}

function writeRecord(writer: ByteWriter, record: FrameRecord): void {
  switch (record.type) {
    case "whole":
      return writeWhole(writer, { ...record, meta: record.meta }, record.payload);
    case "start":
      return writeStart(writer, record, record.payload);
    case "data":
      return writeData(writer, record.id, record.fin, record.tell === true, record.payload);
    case "ack":
      return writeAck(writer, record.below, record.ranges);
    case "credit":
      return writeCredit(writer, record.id, record.received, record.limit);
    case "abort":
      return writeAbort(writer, record.id, record.reason);
    case "cancel":
      return writeCancel(writer, record.id, record.reason);
    case "admit":
      return writeAdmit(writer, record.bytes, record.count);
    case "more":
      return writeMore(writer);
  }
}

export function decodeRecords(bytes: Uint8Array): FrameRecord[] {
  const records: FrameRecord[] = [];
  let ranges: [number, number][] = [];
  readFrame(bytes, {
    closed: false,
    whole: (id, kind, meta, frame, from, to) =>
      records.push({ type: "whole", id, kind, meta, payload: frame.subarray(from, to) }),
    start: (start, payload) => records.push({ type: "start", ...start, payload }),
    data: (id, fin, tell, payload) => records.push({ type: "data", id, fin, ...(tell ? { tell } : {}), payload }),
    ackBelow: (below) => records.push({ type: "ack", below, ranges: (ranges = []) }),
    ackRange: (first, end) => ranges.push([first, end]),
    credit: (id, received, limit) => records.push({ type: "credit", id, received, limit }),
    abort: (id, reason) => records.push({ type: "abort", id, reason }),
    cancel: (id, reason) => records.push({ type: "cancel", id, reason }),
    admit: (freed, count) => records.push({ type: "admit", bytes: freed, count }),
    more: () => records.push({ type: "more" }),
  });
  return records;
}
