import { VIDEO_CLOCK_RATE } from "../constants.js";
import { splitAnnexB } from "./annex-b.js";
import type { Codec } from "./codec.js";
import { depacketizeUnits, packetizeUnits, unitsBegunIn, type NalFormat } from "./nal-units.js";

// NAL unit types: ITU-T H.264 table 7-1, RFC 6184 section 5.2.
const SLICE = 1;
const IDR = 5;
const SEI = 6;
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
const STAP_A = 24;
const FU_A = 28;

const FORMAT: NalFormat = {
  headerBytes: 1,
  aggregateType: STAP_A,
  fragmentType: FU_A,
  typeOf,
  headerOf: ([first = 0], type) => [(first & 0xe0) | (type & 0x1f)],
  // RFC 6184 section 5.7.1: the largest NRI of the units, and F if one has it.
  aggregateHeader: (units) => [
    units.reduce((sum, [first = 0]) => Math.max(sum & 0x60, first & 0x60) | ((sum | first) & 0x80), 0) | STAP_A,
  ],
};

/** Frames are in Annex B form in both directions. */
export const h264: Codec = {
  kind: "video",
  mimeType: "video/H264",
  clockRate: VIDEO_CLOCK_RATE,
  parameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
  payloadType: 102,
  accepts: (parameters) => parameters.get("packetization-mode") === "1",
  packetize: (frame, _isKey, maxBytes) => packetizeUnits(FORMAT, frame, maxBytes),
  depacketize: (payloads) => depacketizeUnits(FORMAT, payloads),
  beginsFrame(payload) {
    const [unit = new Uint8Array()] = unitsBegunIn(FORMAT, payload);
    const type = typeOf(unit);
    // A slice that begins with macroblock 0: its first bit is the whole of ue(v) 0.
    if (type === SLICE || type === IDR) return ((unit[1] ?? 0) & 0x80) !== 0;
    return type === SEI || type === SPS || type === PPS || type === DELIMITER;
  },
  beginsKeyFrame: (payload) =>
    unitsBegunIn(FORMAT, payload).some((unit) => typeOf(unit) === SPS || typeOf(unit) === IDR),
  isKeyFrame: (frame) => splitAnnexB(frame).some((unit) => typeOf(unit) === IDR),
};

function typeOf([first = 0]: Uint8Array): number {
  return first & 0x1f;
}
