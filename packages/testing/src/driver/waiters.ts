import type { Clock } from "@peerhood/core";

/** Waits that can be cut short; none leaves a timer behind. */
export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<() => void, { readonly wakes: boolean }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `delayMs`, or sooner by `wakeAll` if `wakes`. */
  wait(delayMs: number, wakes: boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#clock.clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = this.#clock.setTimeout(done, delayMs);
      this.#waiting.set(done, { wakes });
    });
  }

  /** Ends all waits that may be cut short, or with `all` every one. */
  wakeAll({ all = false } = {}): void {
    for (const [done, { wakes }] of this.#waiting) if (all || wakes) done();
  }
}
