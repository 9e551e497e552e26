// Open bitstream units of AV1, as in section 5.3 of its bitstream specification.

const EXTENSION = 0x04;
const HAS_SIZE = 0x02;

export const SEQUENCE_HEADER = 1;
export const TEMPORAL_DELIMITER = 2;
export const FRAME_HEADER = 3;
export const FRAME = 6;
export const TILE_LIST = 8;

export function typeOf([first = 0]: Uint8Array): number {
  return (first >> 3) & 0x0f;
}

/** The bytes behind the header of a unit without a size. */
export function bodyOf(unit: Uint8Array): Uint8Array {
  return unit.subarray((unit[0] ?? 0) & EXTENSION ? 2 : 1);
}

/** The units of a temporal unit, without their sizes; those before the first that is cut off. */
export function splitUnits(frame: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let offset = 0;
  while (offset < frame.byteLength) {
    const header = frame[offset] ?? 0;
    const headerBytes = header & EXTENSION ? 2 : 1;
    // The last may be without.
    const size = header & HAS_SIZE ? readSize(frame, offset + headerBytes) : undefined;
    if (header & HAS_SIZE && !size) break;
    const begin = offset + headerBytes + (size?.bytes ?? 0);
    const end = size ? begin + size.value : frame.byteLength;
    if (begin > end || end > frame.byteLength) break;
    const unit = new Uint8Array(headerBytes + end - begin);
    unit.set(frame.subarray(offset, offset + headerBytes));
    unit[0] = header & ~HAS_SIZE;
    unit.set(frame.subarray(begin, end), headerBytes);
    units.push(unit);
    offset = end;
  }
  return units;
}

/** A unit with its size, as it stands in files and decoders want it. Given with or without. */
export function withSize(unit: Uint8Array): Uint8Array[] {
  const [header = 0] = unit;
  if (header & HAS_SIZE) return [unit];
  const body = bodyOf(unit);
  const head = unit.slice(0, unit.byteLength - body.byteLength);
  head[0] = header | HAS_SIZE;
  return [head, writeSize(body.byteLength), body];
}

/** Section 4.10.5, leb128: seven bits a byte, the lowest first. `undefined` if it is cut off, or longer than any frame. */
export function readSize(bytes: Uint8Array, offset: number): { value: number; bytes: number } | undefined {
  let value = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[offset + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, bytes: index + 1 };
  }
  return undefined;
}

export function writeSize(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
