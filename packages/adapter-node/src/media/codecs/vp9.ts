import { VIDEO_CLOCK_RATE } from "../constants.js";
import { concat, cut, prefixed, type Codec } from "./codec.js";

// RFC 9628 section 4.2.
const PICTURE_ID = 0x80;
const INTER_PREDICTED = 0x40;
const LAYERS = 0x20;
const FLEXIBLE = 0x10;
const BEGINS = 0x08;
const ENDS = 0x04;
const SCALABILITY = 0x02;

export const vp9: Codec = {
  kind: "video",
  mimeType: "video/VP9",
  clockRate: VIDEO_CLOCK_RATE,
  parameters: "profile-id=0",
  payloadType: 98,
  accepts: (parameters) => (parameters.get("profile-id") ?? "0") === "0",
  packetize(frame, isKey, maxBytes) {
    if (frame.byteLength === 0) return [];
    const pieces = cut(frame, maxBytes - 1);
    // Non-flexible, one layer, no picture id.
    const flags = isKey ? 0 : INTER_PREDICTED;
    return pieces.map((piece, index) =>
      prefixed([flags | (index === 0 ? BEGINS : 0) | (index === pieces.length - 1 ? ENDS : 0)], piece),
    );
  },
  depacketize(payloads) {
    const pieces: Uint8Array[] = [];
    for (const payload of payloads) {
      const bytes = descriptorBytes(payload);
      if (bytes === undefined) return undefined;
      pieces.push(payload.subarray(bytes));
    }
    return concat(pieces);
  },
  beginsFrame,
  beginsKeyFrame: (payload) => beginsFrame(payload) && ((payload[0] ?? 0) & INTER_PREDICTED) === 0,
  isKeyFrame,
};

/** The lowest layer of a picture. */
function beginsFrame(payload: Uint8Array): boolean {
  const first = payload[0] ?? 0;
  if ((first & BEGINS) === 0) return false;
  if ((first & LAYERS) === 0) return true;
  const layers = payload[1 + pictureIdBytes(payload)] ?? 0;
  return ((layers >> 1) & 0x07) === 0;
}

/** VP9 bitstream section 6.2: frame marker, profile, show_existing_frame, frame_type (0 is a key frame). */
function isKeyFrame([first = 0]: Uint8Array): boolean {
  const isVp9 = first >> 6 === 0b10;
  const isProfile3 = (first & 0x30) === 0x30;
  const bits = isProfile3 ? first >> 1 : first >> 2;
  return isVp9 && (bits & 0b11) === 0;
}

function pictureIdBytes([first = 0, pictureId = 0]: Uint8Array): number {
  if ((first & PICTURE_ID) === 0) return 0;
  return pictureId & 0x80 ? 2 : 1;
}

/** The length of the payload descriptor; `undefined` when nothing follows it. */
function descriptorBytes(payload: Uint8Array): number | undefined {
  const first = payload[0] ?? 0;
  let bytes = 1 + pictureIdBytes(payload);
  if (first & LAYERS) bytes += first & FLEXIBLE ? 1 : 2;
  if (first & FLEXIBLE && first & INTER_PREDICTED) {
    // Up to three reference indices; the lowest bit says that one more follows.
    for (let references = 0; references < 3; references++) {
      const more = (payload[bytes++] ?? 0) & 0x01;
      if (!more) break;
    }
  }
  if (first & SCALABILITY) bytes += scalabilityBytes(payload, bytes);
  return payload.byteLength > bytes ? bytes : undefined;
}

/** RFC 9628 section 4.2.1: layers, whether sizes are there, whether a picture group is. */
function scalabilityBytes(payload: Uint8Array, offset: number): number {
  const flags = payload[offset] ?? 0;
  const spatialLayers = (flags >> 5) + 1;
  let bytes = 1;
  if (flags & 0x10) bytes += 4 * spatialLayers;
  if (flags & 0x08) {
    const pictures = payload[offset + bytes++] ?? 0;
    for (let picture = 0; picture < pictures; picture++) {
      const references = ((payload[offset + bytes] ?? 0) >> 2) & 0x03;
      bytes += 1 + references;
    }
  }
  return bytes;
}
