import { VIDEO_CLOCK_RATE } from "../constants.js";
import { concat, type Codec } from "./codec.js";
import {
  bodyOf,
  FRAME,
  FRAME_HEADER,
  readSize,
  SEQUENCE_HEADER,
  splitUnits,
  TEMPORAL_DELIMITER,
  TILE_LIST,
  typeOf,
  withSize,
  writeSize,
} from "./obu.js";

// AOM, RTP Payload Format For AV1, section 4.4: the bits of an aggregation header.
const CONTINUES_BEFORE = 0x80;
const CONTINUES_AFTER = 0x40;
const BEGINS_SEQUENCE = 0x08;

/** What stands before the units of a packet, and before a piece of one, in bytes: sizes below 16,384 take two at most. */
const HEADER_BYTES = 1;
const SIZE_BYTES = 2;

/** Frames are temporal units without delimiter, each unit with its size. */
export const av1: Codec = {
  kind: "video",
  mimeType: "video/AV1",
  clockRate: VIDEO_CLOCK_RATE,
  parameters: "level-idx=5;profile=0;tier=0",
  payloadType: 45,
  accepts: (parameters) => (parameters.get("profile") ?? "0") === "0",
  packetize,
  depacketize,
  beginsFrame: (payload) => ((payload[0] ?? CONTINUES_BEFORE) & CONTINUES_BEFORE) === 0,
  beginsKeyFrame: (payload) => ((payload[0] ?? 0) & BEGINS_SEQUENCE) !== 0,
  isKeyFrame(frame) {
    const units = splitUnits(frame);
    const picture = units.find((unit) => typeOf(unit) === FRAME || typeOf(unit) === FRAME_HEADER);
    // Bitstream section 5.9.2: show_existing_frame, two bits of frame_type (0 is a key frame).
    const isKey = picture !== undefined && ((bodyOf(picture)[0] ?? 0xff) & 0xe0) === 0;
    return isKey && units.some((unit) => typeOf(unit) === SEQUENCE_HEADER);
  },
};

/** Section 4.4: with W of 0, each piece of a unit stands behind its size. */
function packetize(frame: Uint8Array, isKey: boolean, maxBytes: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let room = maxBytes - HEADER_BYTES;
  let flags = isKey ? BEGINS_SEQUENCE : 0;
  const flush = (continues: boolean): void => {
    if (parts.length === 0) return;
    payloads.push(concat([Uint8Array.of(flags | (continues ? CONTINUES_AFTER : 0)), ...parts]));
    parts = [];
    room = maxBytes - HEADER_BYTES;
    flags = continues ? CONTINUES_BEFORE : 0;
  };
  for (const unit of splitUnits(frame)) {
    // Section 5: those two should not be sent.
    if (typeOf(unit) === TEMPORAL_DELIMITER || typeOf(unit) === TILE_LIST) continue;
    let rest = unit;
    while (rest.byteLength > 0) {
      if (room <= SIZE_BYTES) flush(rest !== unit);
      const piece = rest.subarray(0, room - SIZE_BYTES);
      rest = rest.subarray(piece.byteLength);
      parts.push(writeSize(piece.byteLength), piece);
      room -= SIZE_BYTES + piece.byteLength;
      if (rest.byteLength > 0) flush(true);
    }
  }
  flush(false);
  return payloads;
}

function depacketize(payloads: readonly Uint8Array[]): Uint8Array<ArrayBuffer> | undefined {
  const units: Uint8Array[] = [];
  let pieces: Uint8Array[] | undefined;
  for (const payload of payloads) {
    const [header = 0] = payload;
    const elements = elementsOf(payload);
    // A unit goes on if and only if it has begun.
    if (!elements || elements.length === 0 || ((header & CONTINUES_BEFORE) !== 0) !== (pieces !== undefined)) {
      return undefined;
    }
    for (const [index, element] of elements.entries()) {
      pieces ??= [];
      pieces.push(element);
      if (index === elements.length - 1 && (header & CONTINUES_AFTER) !== 0) break;
      units.push(concat(pieces));
      pieces = undefined;
    }
  }
  if (pieces) return undefined;
  const shown = units.filter((unit) => unit.byteLength > 0 && typeOf(unit) !== TEMPORAL_DELIMITER);
  return shown.length === 0 ? undefined : concat(shown.flatMap(withSize));
}

/** Section 4.4: W of 1 to 3 counts the elements, and the last is without a size then. `undefined` if a size is wrong. */
function elementsOf(payload: Uint8Array): Uint8Array[] | undefined {
  const count = ((payload[0] ?? 0) >> 4) & 0x03;
  const elements: Uint8Array[] = [];
  let offset = HEADER_BYTES;
  while (offset < payload.byteLength) {
    const isLast = count > 0 && elements.length === count - 1;
    const size = isLast ? { value: payload.byteLength - offset, bytes: 0 } : readSize(payload, offset);
    if (!size || offset + size.bytes + size.value > payload.byteLength) return undefined;
    offset += size.bytes;
    elements.push(payload.subarray(offset, offset + size.value));
    offset += size.value;
  }
  return count > 0 && elements.length !== count ? undefined : elements;
}
