/** What an MP4 file says of its H264 (ISO/IEC 14496-15, section 5.3.3.1: AVCDecoderConfigurationRecord). */
export interface AvcConfiguration {
  /** Bytes before each NAL unit that tell its length. */
  readonly lengthBytes: number;
  /** SPS, then PPS, each behind a start code. */
  readonly parameterSets: Uint8Array;
}

// NAL unit types: ITU-T H.264 table 7-1.
const IDR = 5;
const SPS = 7;
const DELIMITER = 9;
const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** `undefined` for what is no such record. */
export function readAvcConfiguration(record: Uint8Array): AvcConfiguration | undefined {
  const [version, , , , lengths = 0] = record;
  if (version !== 1 || record.length < 7) return undefined;
  const units: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    if (at >= record.length) return undefined;
    for (let count = (record[at++] ?? 0) & mask; count > 0; count--) {
      const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0);
      at += 2;
      if (length === 0 || at + length > record.length) return undefined;
      units.push(START_CODE, record.subarray(at, at + length));
      at += length;
    }
  }
  return { lengthBytes: (lengths & 0x03) + 1, parameterSets: join(units) };
}

/**
 * A frame of a file, whose NAL units are behind their lengths, as it goes over the network: behind start codes, and
 * with SPS and PPS in each IDR frame that has none, since receivers come and go.
 */
export function toAnnexB(frame: Uint8Array, { lengthBytes, parameterSets }: AvcConfiguration): Uint8Array {
  const units = splitByLength(frame, lengthBytes);
  const has = (type: number): boolean => units.some((unit) => typeOf(unit) === type);
  const parts: Uint8Array[] = [];
  let needsSets = has(IDR) && !has(SPS);
  for (const unit of units) {
    // An access unit delimiter stays the first (ITU-T H.264, section 7.4.1.2.3).
    if (needsSets && typeOf(unit) !== DELIMITER) {
      parts.push(parameterSets);
      needsSets = false;
    }
    parts.push(START_CODE, unit);
  }
  return join(parts);
}

/** 4:2:0 of 8 bits, which is all that browsers decode (ITU-T H.264, annex A): not High 10, 4:2:2 or 4:4:4. */
export function isPlayableProfile(profile: number): boolean {
  return [66, 77, 88, 100].includes(profile);
}

function splitByLength(frame: Uint8Array, lengthBytes: number): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = 0; at + lengthBytes < frame.length;) {
    let length = 0;
    for (let byte = 0; byte < lengthBytes; byte++) length = length * 256 + (frame[at++] ?? 0);
    if (length > 0) units.push(frame.subarray(at, at + length));
    at += length;
  }
  return units;
}

function typeOf([first = 0]: Uint8Array): number {
  return first & 0x1f;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
