import { OPUS_RATE } from "../constants.js";

/** Milliseconds of one frame by configuration number (RFC 6716, section 3.1, table 2). */
const SILK_MS = [10, 20, 40, 60];
const HYBRID_MS = [10, 20];
const CELT_MS = [2.5, 5, 10, 20];

/** Digital silence: 20 ms of mono, full band, as RFC 6716 allows any encoder to send it. */
export const SILENT_PACKET: Uint8Array<ArrayBuffer> = Uint8Array.of(0xf8, 0xff, 0xfe);

/** Samples of one channel in a packet, at 48 kHz; 0 for what is none. */
export function opusSamples([toc, count = 0]: Uint8Array): number {
  if (toc === undefined) return 0;
  // RFC 6716 section 3.2: one frame, two, or as many as the next byte says.
  const frames = [1, 2, 2, count & 0x3f][toc & 0x03] ?? 0;
  return (frames * frameMs(toc) * OPUS_RATE) / 1_000;
}

export function opusChannels([toc = 0]: Uint8Array): 1 | 2 {
  return toc & 0x04 ? 2 : 1;
}

/** A packet that is a single lost frame to a decoder (a TOC byte alone): it conceals 20 ms. */
export const LOST_PACKET: Uint8Array<ArrayBuffer> = Uint8Array.of(0xf8);

function frameMs(toc: number): number {
  const configuration = toc >> 3;
  if (configuration < 12) return SILK_MS[configuration & 0x03] ?? 0;
  if (configuration < 16) return HYBRID_MS[configuration & 0x01] ?? 0;
  return CELT_MS[configuration & 0x03] ?? 0;
}
