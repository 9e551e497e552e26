import { OPUS_CLOCK_RATE } from "../constants.js";
import { concat, type Codec } from "./codec.js";

/** An Opus packet can not be cut. The largest of 20 ms has 1,276 bytes, and with all headers fits what Ethernet carries. */
const MAX_FRAME_BYTES = 1_400;

/** RFC 7587 section 4.2: a payload is one Opus packet, and that is a frame. */
export const opus: Codec = {
  kind: "audio",
  mimeType: "audio/opus",
  clockRate: OPUS_CLOCK_RATE,
  parameters: "minptime=10;useinbandfec=1",
  payloadType: 111,
  accepts: () => true,
  packetize: (frame) => (frame.byteLength > 0 && frame.byteLength <= MAX_FRAME_BYTES ? [frame] : []),
  depacketize: ([payload]) => payload && concat([payload]),
  beginsFrame: () => true,
  beginsKeyFrame: () => true,
  isKeyFrame: () => true,
};
