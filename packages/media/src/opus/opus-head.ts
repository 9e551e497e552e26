import { OPUS_RATE } from "../constants.js";

/** RFC 7845 section 5.1: what every file says of Opus first. Mapping family 0: mono or stereo. */
export function createOpusHead(channels: 1 | 2): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(19);
  head.set(new TextEncoder().encode("OpusHead"));
  const view = new DataView(head.buffer);
  view.setUint8(8, 1);
  view.setUint8(9, channels);
  // No pre-skip: what is recorded begins in the middle of a stream.
  view.setUint32(12, OPUS_RATE, true);
  return head;
}
