/** So many a second that nobody gets there. */
const UNLIMITED = 1e12;

/** A token bucket, refilled when it is looked at: no timer, two numbers. */
export class Bucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #level: number;
  #at: number;

  constructor(perSecond: number, capacity: number, now: number) {
    // Infinity would make a NaN of nothing times infinity.
    this.#perMs = Math.min(perSecond, UNLIMITED) / 1_000;
    this.#capacity = Math.min(capacity, UNLIMITED);
    this.#level = this.#capacity;
    this.#at = now;
  }

  /** Takes `cost`, in debt if need be; returns the milliseconds until the debt is paid, 0 without one. */
  take(cost: number, now: number): number {
    this.#level = this.#refilled(now) - cost;
    this.#at = now;
    return this.#level >= 0 ? 0 : -this.#level / this.#perMs;
  }

  /** Takes one if it is there; returns the milliseconds until it is, 0 if it was. Who only asks makes no debt. */
  tryTake(now: number): number {
    const level = this.#refilled(now);
    if (level < 1) return (1 - level) / this.#perMs;
    this.#level = level - 1;
    this.#at = now;
    return 0;
  }

  /** From 1, full, through 0 down into debt. */
  level(now: number): number {
    return this.#refilled(now) / this.#capacity;
  }

  #refilled(now: number): number {
    return Math.min(this.#capacity, this.#level + (now - this.#at) * this.#perMs);
  }
}
