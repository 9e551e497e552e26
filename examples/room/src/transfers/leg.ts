import { RateMeter } from "./rate-meter.js";

export type LegStatus = "waiting" | "moving" | "done" | "cancelled" | "failed";

/** Samples closer together than this add nothing. */
const SAMPLE_MS = 50;

/** One file on its way between this page and one remote. The views look at it as often as they draw. */
export class Leg {
  /** The other end. */
  readonly who: string;
  readonly total: number | undefined;
  current = 0;
  status: LegStatus = "waiting";
  /** In words, once it failed. */
  problem = "";
  readonly #meter = new RateMeter();
  readonly #stop: () => void;
  readonly #startedMs = performance.now();
  #endedMs: number | undefined;
  #sampledMs = -Infinity;

  constructor(who: string, total: number | undefined, stop: () => void) {
    this.who = who;
    this.total = total;
    this.#stop = stop;
  }

  get active(): boolean {
    return this.status === "waiting" || this.status === "moving";
  }

  get bytesPerSecond(): number | undefined {
    return this.active ? this.#meter.bytesPerSecond(performance.now()) : this.#average();
  }

  get remainingSeconds(): number | undefined {
    const rate = this.bytesPerSecond;
    if (this.total === undefined || rate === undefined || rate <= 0) return undefined;
    return (this.total - this.current) / rate;
  }

  get seconds(): number {
    return ((this.#endedMs ?? performance.now()) - this.#startedMs) / 1000;
  }

  advance(current: number): void {
    if (!this.active) return;
    this.status = "moving";
    this.current = current;
    const nowMs = performance.now();
    if (nowMs - this.#sampledMs < SAMPLE_MS) return;
    this.#sampledMs = nowMs;
    this.#meter.add(current, nowMs);
  }

  end(status: "done" | "cancelled" | "failed", problem = ""): void {
    if (!this.active) return;
    this.#endedMs = performance.now();
    if (status === "done" && this.total !== undefined) this.current = this.total;
    this.status = status;
    this.problem = problem;
  }

  cancel(): void {
    if (!this.active) return;
    this.end("cancelled");
    this.#stop();
  }

  #average(): number | undefined {
    return this.seconds > 0 ? this.current / this.seconds : undefined;
  }
}
