import { VIDEO_CLOCK_RATE } from "../constants.js";
import { joinAggregate, joinAnnexB, splitAggregate, splitAnnexB } from "./annex-b.js";
import { concat, cut, prefixed, type Codec } from "./codec.js";

// NAL unit types: ITU-T H.264 table 7-1, RFC 6184 section 5.2.
const SLICE = 1;
const IDR = 5;
const SEI = 6;
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
const STAP_A = 24;
const FU_A = 28;

// RFC 6184 section 5.8: the bits of an FU header.
const FU_START = 0x80;
const FU_END = 0x40;

/** Frames are in Annex B form in both directions. */
export const h264: Codec = {
  kind: "video",
  mimeType: "video/H264",
  clockRate: VIDEO_CLOCK_RATE,
  parameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
  payloadType: 102,
  accepts: (parameters) => parameters.get("packetization-mode") === "1",
  packetize,
  depacketize,
  beginsFrame(payload) {
    const unit = firstUnit(payload);
    const type = typeOf(unit);
    // A slice that begins with macroblock 0: its first bit is the whole of ue(v) 0.
    if (type === SLICE || type === IDR) return ((unit[1] ?? 0) & 0x80) !== 0;
    return type === SEI || type === SPS || type === PPS || type === DELIMITER;
  },
  beginsKeyFrame(payload) {
    if (typeOf(payload) === STAP_A) return (splitAggregate(payload.subarray(1)) ?? []).some(isOfKeyFrame);
    return isOfKeyFrame(firstUnit(payload));
  },
  isKeyFrame: (frame) => splitAnnexB(frame).some((unit) => typeOf(unit) === IDR),
};

function typeOf([first = 0]: Uint8Array): number {
  return first & 0x1f;
}

function isOfKeyFrame(unit: Uint8Array): boolean {
  return typeOf(unit) === SPS || typeOf(unit) === IDR;
}

/** Small units of a frame travel together (STAP-A), large ones in pieces (FU-A). */
function packetize(frame: Uint8Array, _isKey: boolean, maxBytes: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let together: Uint8Array[] = [];
  let bytes = 1;
  const flush = (): void => {
    const [only] = together;
    if (together.length === 1 && only) payloads.push(only);
    else if (together.length > 1) payloads.push(aggregate(together));
    together = [];
    bytes = 1;
  };
  for (const unit of splitAnnexB(frame)) {
    if (unit.byteLength > maxBytes) {
      flush();
      payloads.push(...fragment(unit, maxBytes));
      continue;
    }
    if (bytes + 2 + unit.byteLength > maxBytes) flush();
    together.push(unit);
    bytes += 2 + unit.byteLength;
  }
  flush();
  return payloads;
}

/** RFC 6184 section 5.7.1: the largest NRI of the units, and F if one has it. */
function aggregate(units: readonly Uint8Array[]): Uint8Array {
  const header = units.reduce((sum, [first = 0]) => Math.max(sum & 0x60, first & 0x60) | ((sum | first) & 0x80), 0);
  return prefixed([header | STAP_A], joinAggregate(units));
}

/** RFC 6184 section 5.8. */
function fragment(unit: Uint8Array, maxBytes: number): Uint8Array[] {
  const [header = 0] = unit;
  const pieces = cut(unit.subarray(1), maxBytes - 2);
  return pieces.map((piece, index) => {
    const position = (index === 0 ? FU_START : 0) | (index === pieces.length - 1 ? FU_END : 0);
    return prefixed([(header & 0xe0) | FU_A, position | typeOf(unit)], piece);
  });
}

function depacketize(payloads: readonly Uint8Array[]): Uint8Array<ArrayBuffer> | undefined {
  const units: Uint8Array[] = [];
  let pieces: Uint8Array[] | undefined;
  for (const payload of payloads) {
    const type = typeOf(payload);
    if (type === STAP_A) {
      const together = splitAggregate(payload.subarray(1));
      if (!together) return undefined;
      units.push(...together);
    } else if (type === FU_A) {
      const position = payload[1] ?? 0;
      if (position & FU_START) pieces = [Uint8Array.of(fragmentHeader(payload))];
      if (!pieces) return undefined;
      pieces.push(payload.subarray(2));
      if (position & FU_END) {
        units.push(concat(pieces));
        pieces = undefined;
      }
    } else if (type >= 1 && type < STAP_A) {
      units.push(payload);
    } else return undefined;
  }
  return pieces || units.length === 0 ? undefined : joinAnnexB(units);
}

function fragmentHeader([indicator = 0, position = 0]: Uint8Array): number {
  return (indicator & 0xe0) | (position & 0x1f);
}

/** The unit with which a payload begins, as far as it is in it; of a later piece, nothing. */
function firstUnit(payload: Uint8Array): Uint8Array {
  const type = typeOf(payload);
  if (type === STAP_A) return payload.subarray(3);
  if (type !== FU_A) return payload;
  if (((payload[1] ?? 0) & FU_START) === 0) return new Uint8Array();
  return Uint8Array.of(fragmentHeader(payload), payload[2] ?? 0);
}
