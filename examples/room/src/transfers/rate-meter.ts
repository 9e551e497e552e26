/** Long enough to be calm, short enough to follow a network that changes. */
const WINDOW_MS = 3_000;
/** Less than this says more about the timer than about the network. */
const SHORTEST_MS = 250;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Bytes per second over the last three seconds. */
export class RateMeter {
  #samples: Sample[] = [];

  /** @param total bytes moved since the beginning */
  add(total: number, nowMs: number): void {
    this.#samples.push({ atMs: nowMs, bytes: total });
    const oldest = nowMs - WINDOW_MS;
    // One sample from before the window stays, or a slow transfer would have nothing to be compared with.
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? 0) < oldest) this.#samples.shift();
  }

  /** `undefined` until there is enough to go by. */
  bytesPerSecond(nowMs: number): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const elapsedMs = nowMs - first.atMs;
    return elapsedMs < SHORTEST_MS ? undefined : ((last.bytes - first.bytes) * 1000) / elapsedMs;
  }
}
