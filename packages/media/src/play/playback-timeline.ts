import type { Clock, TimerHandle } from "@peerhood/core";

interface Waiter {
  readonly seconds: number;
  readonly resolve: () => void;
  timer: TimerHandle | undefined;
}

/** Which second of a file is to be heard and seen now: runs with the clock, can be stopped, and moved. */
export class PlaybackTimeline {
  readonly #clock: Clock;
  #anchorMs: number;
  #anchorSeconds: number;
  #runs: boolean;
  readonly #waiters = new Set<Waiter>();
  /** Changes whenever seconds come to be due at another time than before. */
  epoch = 0;

  constructor(clock: Clock, seconds: number, runs: boolean) {
    this.#clock = clock;
    this.#anchorMs = clock.now();
    this.#anchorSeconds = seconds;
    this.#runs = runs;
  }

  get runs(): boolean {
    return this.#runs;
  }

  get seconds(): number {
    return this.#runs ? this.#anchorSeconds + (this.#clock.now() - this.#anchorMs) / 1_000 : this.#anchorSeconds;
  }

  /** When a second is due, or would be if this went on now; milliseconds of the clock. */
  dueMs(seconds: number): number {
    return (this.#runs ? this.#anchorMs : this.#clock.now()) + (seconds - this.#anchorSeconds) * 1_000;
  }

  stop(): void {
    if (!this.#runs) return;
    this.#anchorSeconds = this.seconds;
    this.#runs = false;
    this.#moved();
  }

  go(): void {
    if (this.#runs) return;
    this.#anchorMs = this.#clock.now();
    this.#runs = true;
    this.#moved();
  }

  /** This second is due now, or at `atMs`. */
  move(seconds: number, atMs = this.#clock.now()): void {
    this.#anchorSeconds = seconds;
    this.#anchorMs = atMs;
    this.#moved();
  }

  /** Resolves when that second is due, or the signal is aborted. */
  async reach(seconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || (this.#runs && this.dueMs(seconds) <= this.#clock.now())) return;
    let waiter: Waiter | undefined;
    let onAbort = (): void => {};
    await new Promise<void>((resolve) => {
      waiter = { seconds, resolve, timer: undefined };
      onAbort = resolve;
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#arm(waiter);
    });
    signal.removeEventListener("abort", onAbort);
    if (waiter === undefined) return;
    this.#waiters.delete(waiter);
    this.#clock.clearTimeout(waiter.timer);
  }

  #moved(): void {
    this.epoch++;
    for (const waiter of this.#waiters) this.#arm(waiter);
  }

  #arm(waiter: Waiter): void {
    this.#clock.clearTimeout(waiter.timer);
    waiter.timer = undefined;
    if (!this.#runs) return;
    waiter.timer = this.#clock.setTimeout(
      () => {
        // A timer may come a little early; a packet must not, or its time would be a lie.
        if (this.dueMs(waiter.seconds) <= this.#clock.now()) waiter.resolve();
        else this.#arm(waiter);
      },
      Math.max(0, this.dueMs(waiter.seconds) - this.#clock.now()),
    );
  }
}
