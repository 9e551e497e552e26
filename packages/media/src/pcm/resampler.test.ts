import { describe, expect, it } from "vitest";
import { Resampler } from "./resampler.js";

function sine(hertz: number, rate: number, seconds: number, channels = 1): Float32Array {
  const wave = new Float32Array(Math.round(rate * seconds) * channels);
  return wave.map((_, index) => 0.5 * Math.sin((2 * Math.PI * hertz * Math.floor(index / channels)) / rate));
}

function resample(from: number, to: number, input: Float32Array, channels = 1, piece = input.length): Float32Array {
  const resampler = new Resampler(from, to, channels);
  const parts: number[] = [];
  for (let at = 0; at < input.length; at += piece) parts.push(...resampler.process(input.subarray(at, at + piece)));
  parts.push(...resampler.flush());
  return Float32Array.from(parts);
}

/** In decibels, how much of `actual` is not `wanted`; the ends, where silence is within reach, do not count. */
function noise(actual: Float32Array, wanted: Float32Array): number {
  let signal = 0;
  let error = 0;
  for (let index = 400; index < wanted.length - 400; index++) {
    signal += (wanted[index] ?? 0) ** 2;
    error += ((wanted[index] ?? 0) - (actual[index] ?? 0)) ** 2;
  }
  return 10 * Math.log10(error / signal);
}

describe("a resampler", () => {
  it.each([
    [44_100, 48_000],
    [8_000, 48_000],
    [11_025, 48_000],
    [48_000, 16_000],
    [96_000, 48_000],
    [48_000, 44_100],
  ])("from %i to %i Hz keeps a tone what and where it is", (from, to) => {
    const actual = resample(from, to, sine(440, from, 0.5));
    const wanted = sine(440, to, 0.5);
    expect(noise(actual, wanted)).toBeLessThan(-75);
    expect(Math.abs(actual.length - wanted.length)).toBeLessThan(6);
  });

  it("takes a ratio with more filters than it keeps, with less precision", () => {
    expect(noise(resample(44_101, 48_000, sine(440, 44_101, 0.5)), sine(440, 48_000, 0.5))).toBeLessThan(-60);
  });

  it("removes what the lower rate can not hold", () => {
    const output = resample(48_000, 16_000, sine(10_000, 48_000, 0.5));
    const loudest = Math.max(...output.subarray(200, -200).map(Math.abs));
    expect(loudest).toBeLessThan(0.5 * 10 ** (-70 / 20));
  });

  it("gives the same whatever the pieces are, and keeps channels apart", () => {
    const input = sine(300, 44_100, 0.1, 2).map((sample, index) => (index % 2 === 0 ? sample : -0.5 * sample));
    const whole = resample(44_100, 48_000, input, 2);
    expect(resample(44_100, 48_000, input, 2, 74)).toEqual(whole);
    for (let index = 1_000; index < 2_000; index += 2) {
      expect(whole[index + 1]).toBeCloseTo(-0.5 * (whole[index] ?? 0), 6);
    }
  });

  it("passes equal rates on as they are", () => {
    const input = sine(440, 48_000, 0.01);
    expect(new Resampler(48_000, 48_000, 1).process(input)).toBe(input);
  });
});
