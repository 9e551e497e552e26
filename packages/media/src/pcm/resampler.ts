import { MAX_RESAMPLER_PHASES, RESAMPLER_CROSSINGS } from "../constants.js";

/** Share of the band that passes; the rest is the filter's slope. */
const PASS_BAND = 0.94;

/** Of the Kaiser window: 9 puts what is outside of the band at -90 dB. */
const KAISER_BETA = 9;

/**
 * Interleaved samples at another rate, piece by piece: a windowed sinc, one filter for each position between two
 * samples that occurs. What comes out begins where what went in began; the last 16 zero crossings come with `flush`.
 */
export class Resampler {
  readonly #channels: number;
  /** Output sample `n` is at input sample `n * step / phases`. */
  readonly #phases: number;
  readonly #step: number;
  readonly #filters: readonly Float32Array[];
  /** Input samples on each side of a position that its filter takes. */
  readonly #reach: number;
  /** Interleaved, from `reach` samples before the first position on. */
  #pending: Float32Array;
  /** Of the next output sample behind `pending`'s sample `reach`, in `phases`. */
  #position = 0;

  constructor(from: number, to: number, channels: number) {
    const divisor = greatestCommonDivisor(from, to);
    this.#channels = channels;
    this.#phases = to / divisor;
    this.#step = from / divisor;
    const cutoff = Math.min(1, to / from) * PASS_BAND;
    this.#reach = Math.ceil(RESAMPLER_CROSSINGS / cutoff);
    const count = Math.min(this.#phases, MAX_RESAMPLER_PHASES);
    this.#filters = Array.from({ length: count }, (_, phase) => createFilter(phase / count, this.#reach, cutoff));
    this.#pending = new Float32Array(this.#reach * channels);
  }

  /** All that can be told by now. The result may be empty. */
  process(samples: Float32Array): Float32Array {
    if (this.#phases === this.#step) return samples;
    const input = new Float32Array(this.#pending.length + samples.length);
    input.set(this.#pending);
    input.set(samples, this.#pending.length);
    const channels = this.#channels;
    // A position between two samples needs `reach` of them behind it.
    const positions = (input.length / channels - 2 * this.#reach) * this.#phases - this.#position;
    const count = Math.max(0, Math.ceil(positions / this.#step));
    const output = new Float32Array(count * channels);
    for (let index = 0; index < count; index++) {
      const first = Math.floor(this.#position / this.#phases);
      const filter = this.#filterAt(this.#position % this.#phases);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let at = (first + 1) * channels + channel;
        for (let tap = 0; tap < filter.length; tap++, at += channels) sum += (filter[tap] ?? 0) * (input[at] ?? 0);
        output[index * channels + channel] = sum;
      }
      this.#position += this.#step;
    }
    const used = Math.floor(this.#position / this.#phases);
    const kept = Math.min(used, input.length / channels);
    this.#position -= kept * this.#phases;
    this.#pending = input.slice(kept * channels);
    return output;
  }

  /** What is left: as if silence followed. */
  flush(): Float32Array {
    if (this.#phases === this.#step) return new Float32Array();
    return this.process(new Float32Array(this.#reach * this.#channels));
  }

  #filterAt(phase: number): Float32Array {
    const index = Math.round((phase / this.#phases) * this.#filters.length) % this.#filters.length;
    return this.#filters[index] ?? new Float32Array();
  }
}

/** Weights of the `2 * reach` samples around a position `offset` behind the sample before it. */
function createFilter(offset: number, reach: number, cutoff: number): Float32Array {
  const filter = new Float32Array(2 * reach);
  let sum = 0;
  for (let tap = 0; tap < filter.length; tap++) {
    const distance = tap - (reach - 1) - offset;
    const weight = sinc(distance * cutoff) * kaiser(distance / reach);
    filter[tap] = weight;
    sum += weight;
  }
  return filter.map((weight) => weight / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);
}

/** The modified Bessel function of the first kind and order zero, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let index = 1; term > sum * 1e-12; index++) {
    term *= (x / (2 * index)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
