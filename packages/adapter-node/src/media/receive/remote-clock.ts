/** Reports after which an estimate is forgotten: clocks drift. */
const KEPT_REPORTS = 30;

/** The remote's clock beside ours, from its sender reports: the fastest of the last ones is the nearest to the truth. */
export class RemoteClock {
  readonly #offsets: number[] = [];

  report(ntpMs: number, nowMs: number): void {
    this.#offsets.push(nowMs - ntpMs);
    if (this.#offsets.length > KEPT_REPORTS) this.#offsets.shift();
  }

  /** On our clock; late by the time that the fastest report was on its way. */
  toLocal(ntpMs: number): number {
    return ntpMs + Math.min(...this.#offsets);
  }
}
