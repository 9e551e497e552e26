import { VIDEO_CLOCK_RATE } from "../constants.js";
import { splitAnnexB } from "./annex-b.js";
import type { Codec } from "./codec.js";
import { depacketizeUnits, packetizeUnits, unitsBegunIn, type NalFormat } from "./nal-units.js";

// NAL unit types: ITU-T H.265 table 7-1, RFC 7798 section 4.4.
const FIRST_IRAP = 16;
const LAST_IRAP = 23;
const LAST_SLICE = 31;
const VPS = 32;
const SPS = 33;
const DELIMITER = 35;
const PREFIX_SEI = 39;
const AGGREGATE = 48;
const FRAGMENT = 49;

/** RFC 7798 section 1.1.4: F, six bits of type, six of layer, three of temporal id. */
const FORMAT: NalFormat = {
  headerBytes: 2,
  aggregateType: AGGREGATE,
  fragmentType: FRAGMENT,
  typeOf,
  headerOf: ([first = 0, second = 0], type) => [(first & 0x81) | (type << 1), second],
  aggregateHeader,
};

/** Frames are in Annex B form in both directions. */
export const h265: Codec = {
  kind: "video",
  mimeType: "video/H265",
  clockRate: VIDEO_CLOCK_RATE,
  parameters: "level-id=93;profile-id=1;tier-flag=0;tx-mode=SRST",
  payloadType: 49,
  // With a difference, decoding order numbers stand in each packet (RFC 7798, section 7.1), which nobody sends.
  accepts: (parameters) =>
    (parameters.get("profile-id") ?? "1") === "1" &&
    (parameters.get("tx-mode") ?? "srst") === "srst" &&
    (parameters.get("sprop-max-don-diff") ?? "0") === "0",
  packetize: (frame, _isKey, maxBytes) => packetizeUnits(FORMAT, frame, maxBytes),
  depacketize: (payloads) => depacketizeUnits(FORMAT, payloads),
  beginsFrame(payload) {
    const [unit = new Uint8Array()] = unitsBegunIn(FORMAT, payload);
    const type = typeOf(unit);
    // ITU-T H.265 section 7.3.6.1: the first bit of a slice is first_slice_segment_in_pic_flag.
    if (type <= LAST_SLICE) return ((unit[2] ?? 0) & 0x80) !== 0;
    return (type >= VPS && type <= DELIMITER) || type === PREFIX_SEI;
  },
  beginsKeyFrame: (payload) =>
    unitsBegunIn(FORMAT, payload).some((unit) => typeOf(unit) === VPS || typeOf(unit) === SPS || isIntra(unit)),
  isKeyFrame: (frame) => splitAnnexB(frame).some(isIntra),
};

function typeOf([first = 0xff]: Uint8Array): number {
  return (first >> 1) & 0x3f;
}

function isIntra(unit: Uint8Array): boolean {
  return typeOf(unit) >= FIRST_IRAP && typeOf(unit) <= LAST_IRAP;
}

/** RFC 7798 section 4.4.2: F if one of the units has it, the lowest layer and the lowest temporal id of them. */
function aggregateHeader(units: readonly Uint8Array[]): number[] {
  const headers = units.map(([first = 0, second = 0]) => (first << 8) | second);
  const forbidden = headers.some((header) => header >> 15 === 1) ? 0x80 : 0;
  const layer = Math.min(...headers.map((header) => (header >> 3) & 0x3f));
  const temporal = Math.min(...headers.map((header) => header & 0x07));
  return [forbidden | (AGGREGATE << 1) | (layer >> 5), ((layer & 0x1f) << 3) | temporal];
}
