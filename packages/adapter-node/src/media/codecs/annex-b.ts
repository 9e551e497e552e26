/** NAL units of a frame in Annex B form (ITU-T H.264 and H.265, annex B): behind start codes of three or four bytes. */
export function splitAnnexB(frame: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let begin = -1;
  let at = indexOfStartCode(frame, 0);
  while (at !== -1) {
    if (begin !== -1) push(units, frame, begin, at);
    begin = at + 3;
    at = indexOfStartCode(frame, begin);
  }
  if (begin !== -1) push(units, frame, begin, frame.byteLength);
  return units;
}

/** Zeros before a start code belong to it, not to the unit: a NAL unit never ends with one. */
function push(units: Uint8Array[], frame: Uint8Array, begin: number, end: number): void {
  let last = end;
  while (last > begin && frame[last - 1] === 0) last--;
  if (last > begin) units.push(frame.subarray(begin, last));
}

function indexOfStartCode(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(1, from + 2);
  while (at !== -1) {
    if (bytes[at - 1] === 0 && bytes[at - 2] === 0) return at - 2;
    at = bytes.indexOf(1, at + 1);
  }
  return -1;
}

export function joinAnnexB(units: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(units.reduce((sum, { byteLength }) => sum + 4 + byteLength, 0));
  let offset = 0;
  for (const unit of units) {
    frame[offset + 3] = 1;
    frame.set(unit, offset + 4);
    offset += 4 + unit.byteLength;
  }
  return frame;
}

/** The units in an aggregation packet: each behind its length in two bytes. `undefined` if a length is wrong. */
export function splitAggregate(bytes: Uint8Array): Uint8Array[] | undefined {
  const units: Uint8Array[] = [];
  let offset = 0;
  while (offset + 2 < bytes.byteLength) {
    const length = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
    offset += 2;
    if (length === 0 || offset + length > bytes.byteLength) return undefined;
    units.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  return units;
}

/** The body of an aggregation packet. */
export function joinAggregate(units: readonly Uint8Array[]): Uint8Array {
  const body = new Uint8Array(units.reduce((sum, { byteLength }) => sum + 2 + byteLength, 0));
  let offset = 0;
  for (const unit of units) {
    body[offset] = unit.byteLength >> 8;
    body[offset + 1] = unit.byteLength & 0xff;
    body.set(unit, offset + 2);
    offset += 2 + unit.byteLength;
  }
  return body;
}
