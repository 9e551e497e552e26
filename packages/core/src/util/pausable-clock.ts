import type { Clock, TimerHandle } from "./clock.js";

interface Timer {
  readonly callback: () => void;
  /** On this clock. */
  readonly dueAt: number;
  handle: TimerHandle | undefined;
}

/** A clock that stands still at times: what it measures then takes no time, and none of its timers fires. */
export class PausableClock implements Clock {
  readonly #inner: Clock;
  readonly #timers = new Set<Timer>();
  #stoodMs = 0;
  #pausedAt: number | undefined;

  constructor(inner: Clock) {
    this.#inner = inner;
  }

  now(): number {
    return (this.#pausedAt ?? this.#inner.now()) - this.#stoodMs;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const timer: Timer = { callback, dueAt: this.now() + delayMs, handle: undefined };
    this.#timers.add(timer);
    if (this.#pausedAt === undefined) this.#arm(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as Timer;
    if (this.#timers.delete(timer)) this.#disarm(timer);
  }

  /** Idempotent. */
  pause(): void {
    if (this.#pausedAt !== undefined) return;
    this.#pausedAt = this.#inner.now();
    for (const timer of this.#timers) this.#disarm(timer);
  }

  /** Goes on. Idempotent. */
  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#stoodMs += this.#inner.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    for (const timer of this.#timers) this.#arm(timer);
  }

  #arm(timer: Timer): void {
    timer.handle = this.#inner.setTimeout(
      () => {
        this.#timers.delete(timer);
        timer.callback();
      },
      Math.max(0, timer.dueAt - this.now()),
    );
  }

  #disarm(timer: Timer): void {
    if (timer.handle !== undefined) this.#inner.clearTimeout(timer.handle);
    timer.handle = undefined;
  }
}
