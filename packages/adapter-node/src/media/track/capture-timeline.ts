import { timestampDistance } from "../rtp/sequence-number.js";

/** Timestamps that are this far from the clock belong to a new timeline: a seek, a source that was paused. */
const MAX_DRIFT_MS = 200;

/** When the frames of a source were captured, told by their timestamps, which do not tremble as their arrival does. */
export class CaptureTimeline {
  readonly #clockRate: number;
  #anchor: { readonly timestamp: number; readonly ms: number } | undefined;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  at(timestamp: number, nowMs: number): number {
    if (this.#anchor) {
      const distance = timestampDistance(timestamp, this.#anchor.timestamp);
      const ms = this.#anchor.ms + (distance * 1_000) / this.#clockRate;
      if (Math.abs(ms - nowMs) <= MAX_DRIFT_MS) {
        // Before the distance can wrap.
        if (distance > 2 ** 30) this.#anchor = { timestamp, ms };
        return ms;
      }
    }
    this.#anchor = { timestamp, ms: nowMs };
    return nowMs;
  }
}
