/** Interleaved PCM: integers of 16 bits, or floats from -1 to 1. */
export type Pcm = Int16Array | Float32Array;

export function toFloats(pcm: Pcm): Float32Array {
  // By its tag: test runners and frames have realms.
  if (pcm[Symbol.toStringTag] === "Float32Array") return pcm as Float32Array;
  return Float32Array.from(pcm, (sample) => sample / 32_768);
}

/** What is louder than the largest integer is cut off. */
export function toIntegers(floats: Float32Array): Int16Array<ArrayBuffer> {
  const integers = new Int16Array(floats.length);
  for (let index = 0; index < floats.length; index++) {
    const sample = Math.round((floats[index] ?? 0) * 32_768);
    integers[index] = sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
  }
  return integers;
}
