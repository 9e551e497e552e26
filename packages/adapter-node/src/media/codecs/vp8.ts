import { VIDEO_CLOCK_RATE } from "../constants.js";
import { concat, cut, prefixed, type Codec } from "./codec.js";

// RFC 7741 section 4.2.
const EXTENDED = 0x80;
const START_OF_PARTITION = 0x10;
const PARTITION_INDEX = 0x07;

export const vp8: Codec = {
  kind: "video",
  mimeType: "video/VP8",
  clockRate: VIDEO_CLOCK_RATE,
  parameters: undefined,
  payloadType: 96,
  accepts: () => true,
  packetize(frame, _isKey, maxBytes) {
    if (frame.byteLength === 0) return [];
    // No picture id: receivers go by the sequence number then, which is without gaps here.
    return cut(frame, maxBytes - 1).map((piece, index) => prefixed([index === 0 ? START_OF_PARTITION : 0], piece));
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
  beginsKeyFrame(payload) {
    const bytes = descriptorBytes(payload);
    return beginsFrame(payload) && bytes !== undefined && isKeyFrame(payload.subarray(bytes));
  },
  isKeyFrame,
};

function beginsFrame([first = 0]: Uint8Array): boolean {
  return (first & START_OF_PARTITION) !== 0 && (first & PARTITION_INDEX) === 0;
}

/** RFC 7741 section 4.3: the P bit of the first byte is 0 in key frames, in which a start code follows. */
function isKeyFrame(frame: Uint8Array): boolean {
  return frame.byteLength >= 10 && ((frame[0] ?? 1) & 0x01) === 0 && frame[3] === 0x9d && frame[4] === 0x01;
}

/** The length of the payload descriptor; `undefined` when nothing follows it. */
function descriptorBytes(payload: Uint8Array): number | undefined {
  const [first = 0, extensions = 0, pictureId = 0] = payload;
  let bytes = 1;
  if (first & EXTENDED) {
    bytes += 1;
    // I: 7 or 15 bits of picture id; L: TL0PICIDX; T and K share a byte.
    if (extensions & 0x80) bytes += pictureId & 0x80 ? 2 : 1;
    if (extensions & 0x40) bytes += 1;
    if (extensions & 0x30) bytes += 1;
  }
  return payload.byteLength > bytes ? bytes : undefined;
}
