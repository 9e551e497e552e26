import { OPUS_CLOCK_RATE } from "../constants.js";
import { concat, type Codec } from "./codec.js";

/** RFC 7587 section 4.2: a payload is one Opus packet, and that is a frame. */
export const opus: Codec = {
  kind: "audio",
  mimeType: "audio/opus",
  clockRate: OPUS_CLOCK_RATE,
  parameters: "minptime=10;useinbandfec=1",
  payloadType: 111,
  accepts: () => true,
  packetize: (frame, _isKey, maxBytes) => (frame.byteLength > 0 && frame.byteLength <= maxBytes ? [frame] : []),
  depacketize: ([payload]) => payload && concat([payload]),
  beginsFrame: () => true,
  beginsKeyFrame: () => true,
  isKeyFrame: () => true,
};
