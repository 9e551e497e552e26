/** Width and height in the first SPS of an Annex B frame, and the codec string that it makes (RFC 6381, section 3.3). */
export function readH264(frame: Uint8Array): { codec: string; width: number; height: number } | undefined {
  const at = findSps(frame);
  if (at < 0) return undefined;
  const [profile = 0, constraints = 0, level = 0] = frame.subarray(at + 1, at + 4);
  const codec = `avc1.${[profile, constraints, level].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  return { codec, ...readSize(new BitReader(unescape(frame.subarray(at + 4))), profile) };
}

const HIGH_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128];

/** ITU-T H.264 section 7.3.2.1.1, behind the level. */
function readSize(bits: BitReader, profile: number): { width: number; height: number } {
  bits.exp();
  let chroma = 1;
  if (HIGH_PROFILES.includes(profile)) {
    chroma = bits.exp();
    if (chroma === 3) bits.read(1);
    bits.exp();
    bits.exp();
    bits.read(1);
    if (bits.read(1) === 1)
      for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) skipScalingList(bits, list < 6 ? 16 : 64);
  }
  bits.exp();
  const order = bits.exp();
  if (order === 0) bits.exp();
  else if (order === 1) {
    bits.read(1);
    bits.exp();
    bits.exp();
    for (let left = bits.exp(); left > 0 && left < 256; left--) bits.exp();
  }
  bits.exp();
  bits.read(1);
  const columns = bits.exp() + 1;
  const rows = bits.exp() + 1;
  const frameOnly = bits.read(1);
  if (frameOnly === 0) bits.read(1);
  bits.read(1);
  const crop = bits.read(1) === 1 ? [bits.exp(), bits.exp(), bits.exp(), bits.exp()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (2 - frameOnly);
  return { width: columns * 16 - (left + right) * unitX, height: rows * 16 * (2 - frameOnly) - (top + bottom) * unitY };
}

function skipScalingList(bits: BitReader, size: number): void {
  if (bits.read(1) === 0) return;
  let last = 8;
  for (let index = 0; index < size && last !== 0; index++) {
    const value = bits.exp();
    const delta = value % 2 === 0 ? -value / 2 : (value + 1) / 2;
    last = (last + delta + 256) % 256;
  }
}

/** Behind the first start code of a NAL unit of type 7. */
function findSps(frame: Uint8Array): number {
  for (let at = 2; at + 5 < frame.length; at++) {
    if (frame[at] === 1 && frame[at - 1] === 0 && frame[at - 2] === 0 && ((frame[at + 1] ?? 0) & 0x1f) === 7)
      return at + 1;
  }
  return -1;
}

/** Without emulation prevention (section 7.4.1). */
function unescape(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, index) => !(byte === 3 && bytes[index - 1] === 0 && bytes[index - 2] === 0));
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++, this.#at++) {
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  /** ue(v), section 9.1. */
  exp(): number {
    let zeros = 0;
    while (this.read(1) === 0 && zeros < 32) zeros++;
    return 2 ** zeros - 1 + this.read(zeros);
  }
}
