import { PeerhoodError } from "@peerhood/core";
import { MAX_SAMPLE_RATE, MIN_SAMPLE_RATE } from "../constants.js";

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkSampleRate(sampleRate: number): void {
  if (Number.isInteger(sampleRate) && sampleRate >= MIN_SAMPLE_RATE && sampleRate <= MAX_SAMPLE_RATE) return;
  throw new PeerhoodError(
    "INVALID_ARGUMENT",
    `A sample rate is a whole number of hertz from ${MIN_SAMPLE_RATE} to ${MAX_SAMPLE_RATE}, not ${sampleRate}.`,
  );
}

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkChannels(channels: number): void {
  if (channels === 1 || channels === 2) return;
  throw new PeerhoodError("INVALID_ARGUMENT", `PCM has 1 channel or 2, not ${channels}. Mix it before.`);
}
