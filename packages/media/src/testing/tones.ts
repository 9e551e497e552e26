/** Interleaved samples of a sine, half as loud as can be. */
export function tone(hertz: number, rate: number, ms: number, channels = 1): Float32Array {
  const wave = new Float32Array(Math.round((rate * ms) / 1_000) * channels);
  return wave.map((_, index) => 0.5 * Math.sin((2 * Math.PI * hertz * Math.floor(index / channels)) / rate));
}

/** The frequency of a sound, by how often it crosses zero; for what is one tone. */
export function pitch(samples: ArrayLike<number>, rate: number): number {
  let crossings = 0;
  for (let index = 1; index < samples.length; index++) {
    if ((samples[index - 1] ?? 0) < 0 && (samples[index] ?? 0) >= 0) crossings++;
  }
  return (crossings * rate) / samples.length;
}

/** Root mean square. */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += (samples[index] ?? 0) ** 2;
  return Math.sqrt(sum / samples.length);
}
