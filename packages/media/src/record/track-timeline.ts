import { MAX_DRIFT_MS } from "../constants.js";

/**
 * Where the frames of one track belong in a file. By their timestamps, which are exact; but by when they were captured
 * where the two come apart: after a pause, a change of the source, or when the remote first tells what its clock says.
 */
export class TrackTimeline {
  readonly #clockRate: number;
  readonly #originMs: number;
  #last: { readonly timestamp: number; readonly seconds: number } | undefined;

  constructor(clockRate: number, originMs: number) {
    this.#clockRate = clockRate;
    this.#originMs = originMs;
  }

  /** Seconds from the beginning of the file; may be before those of an earlier frame. */
  place(timestamp: number, captureMs: number): number {
    const captured = (captureMs - this.#originMs) / 1_000;
    const counted = this.#last && this.#last.seconds + ((timestamp - this.#last.timestamp) | 0) / this.#clockRate;
    const isClose = counted !== undefined && Math.abs(captured - counted) * 1_000 <= MAX_DRIFT_MS;
    const seconds = Math.max(0, isClose ? counted : captured);
    this.#last = { timestamp, seconds };
    return seconds;
  }
}
