import { NTP_EPOCH_OFFSET_S } from "../constants.js";

/** What has arrived from one source (RFC 3550 section 6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** 0 to 1, since the last report. */
  readonly fractionLost: number;
  readonly packetsLost: number;
  readonly highestSequenceNumber: number;
  /** In units of the timestamp. */
  readonly jitter: number;
  /** The middle 32 bits of the last sender report's NTP time; 0 before the first. */
  readonly lastReport: number;
  /** In units of 1/65536 s. */
  readonly delaySinceLastReport: number;
}

export interface SenderReport {
  readonly ssrc: number;
  /** Milliseconds since 1970. */
  readonly unixMs: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly bytes: number;
}

/** A count of reports or the format of feedback; a type; words of 32 bits. */
function part(count: number, type: number, words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * words.length);
  bytes[0] = 0x80 | count;
  bytes[1] = type;
  bytes.writeUInt16BE(words.length, 2);
  words.forEach((word, index) => bytes.writeUInt32BE(word >>> 0, 4 + 4 * index));
  return bytes;
}

/** RFC 3550 section 6.4.1. */
export function writeSenderReport({ ssrc, unixMs, timestamp, packets, bytes }: SenderReport): Buffer {
  const seconds = Math.floor(unixMs / 1_000);
  const fraction = Math.floor(((unixMs - seconds * 1_000) / 1_000) * 2 ** 32);
  return part(0, 200, [ssrc, seconds + NTP_EPOCH_OFFSET_S, fraction, timestamp, packets, bytes]);
}

/** RFC 3550 section 6.4.2; at most 31 blocks. */
export function writeReceiverReport(ssrc: number, blocks: readonly ReportBlock[]): Buffer {
  const words = blocks.flatMap((block) => [
    block.ssrc,
    (Math.min(255, Math.floor(block.fractionLost * 256)) << 24) |
      (Math.max(0, Math.min(0x7fffff, block.packetsLost)) & 0xffffff),
    block.highestSequenceNumber,
    block.jitter,
    block.lastReport,
    block.delaySinceLastReport,
  ]);
  return part(blocks.length, 201, [ssrc, ...words]);
}

/** RFC 3550 section 6.5: one source, its CNAME. */
export function writeSourceDescription(ssrc: number, cname: string): Buffer {
  const text = Buffer.from(cname, "latin1");
  const item = Buffer.alloc(4 * Math.ceil((text.byteLength + 3) / 4));
  item[0] = 1;
  item[1] = text.byteLength;
  item.set(text, 2);
  const words = Array.from({ length: item.byteLength / 4 }, (_, index) => item.readUInt32BE(4 * index));
  return part(1, 202, [ssrc, ...words]);
}

/** RFC 4585 section 6.2.1. */
export function writeNack(ssrc: number, source: number, sequenceNumbers: readonly number[]): Buffer {
  const words: number[] = [];
  let first: number | undefined;
  let further = 0;
  for (const number of sequenceNumbers) {
    const distance = first === undefined ? 0 : (number - first) & 0xffff;
    if (first !== undefined && distance >= 1 && distance <= 16) {
      further |= 1 << (distance - 1);
      continue;
    }
    if (first !== undefined) words.push((first << 16) | further);
    first = number;
    further = 0;
  }
  if (first !== undefined) words.push((first << 16) | further);
  return part(1, 205, [ssrc, source, ...words]);
}

/** RFC 4585 section 6.3.1. */
export function writePictureLoss(ssrc: number, source: number): Buffer {
  return part(1, 206, [ssrc, source]);
}

/** draft-alvestrand-rmcat-remb-03, section 2.2: six bits of exponent, 18 of mantissa. */
export function writeMaxBitrate(ssrc: number, bitsPerSecond: number, sources: readonly number[]): Buffer {
  let exponent = 0;
  let mantissa = Math.floor(bitsPerSecond);
  while (mantissa >= 2 ** 18) {
    mantissa = Math.floor(mantissa / 2);
    exponent++;
  }
  const remb = Buffer.from("REMB", "latin1").readUInt32BE(0);
  return part(15, 206, [ssrc, 0, remb, (sources.length << 24) | (exponent << 18) | mantissa, ...sources]);
}

/** RFC 3550 section 6.6. */
export function writeGoodbye(ssrc: number): Buffer {
  return part(1, 203, [ssrc]);
}
