import { PeerhoodError, type Clock } from "@peerhood/core";
import { macrotask } from "./macrotask.js";
import { TimerQueue, type VirtualTimer } from "./timer-queue.js";

export interface VirtualClockOptions {
  /** @default 0 */
  readonly startMs?: number;
  /** Remembers where each timer was set, for {@link VirtualClock.pending}. @default false */
  readonly traceTimers?: boolean;
}

export interface PendingTimer {
  /** Milliseconds from now. */
  readonly inMs: number;
  readonly stack?: string;
}

/** An hour: a test that needs more virtual time than that waits for something that never comes. */
const DEFAULT_LIMIT_MS = 3_600_000;
/**
 * With no timer to move to, time stands still, and something real may be under way that goes by no clock: `import()`,
 * WebCrypto. It is given that many milliseconds of real time.
 */
const REAL_PATIENCE_MS = 1_000;
/** And this many where time would go on, but has reached its limit: what waits for something real is not failed at once. */
const PATIENCE_AT_LIMIT_MS = 250;
/** How often a condition is asked meanwhile, in milliseconds of real time. */
const REAL_POLL_MS = 5;
/** Timers of zero delay that set each other would hold the clock for ever. */
const MAX_TIMERS_AT_ONE_TIME = 1_000_000;

/**
 * A clock that moves only when told, and then straight to the next timer. All promises settle between two timers,
 * so code under it runs as it would in real time, only faster and the same each time.
 *
 * @example
 * const clock = new VirtualClock();
 * await clock.runUntil(peer.join("lobby"));
 * await clock.advance(30_000);
 */
export class VirtualClock implements Clock {
  readonly #queue = new TimerQueue();
  readonly #traceTimers: boolean;
  #nowMs: number;
  #order = 0;
  #timersNow = 0;
  #driven = false;
  #wake: (() => void) | undefined;

  constructor({ startMs = 0, traceTimers = false }: VirtualClockOptions = {}) {
    this.#nowMs = startMs;
    this.#traceTimers = traceTimers;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): VirtualTimer {
    return this.#set(callback, delayMs, this.#traceTimers ? new Error("timer set here") : undefined);
  }

  /** For the simulation's own timers, which are most: where they were set is never remembered, which takes its time. */
  setUntraced(callback: () => void, delayMs: number): VirtualTimer {
    return this.#set(callback, delayMs, undefined);
  }

  #set(callback: () => void, delayMs: number, origin: Error | undefined): VirtualTimer {
    // As every runtime does: what is no positive number counts as "soon".
    const dueMs = this.#nowMs + (delayMs > 0 ? delayMs : 0);
    const timer: VirtualTimer = { dueMs, order: this.#order++, callback, origin, cancelled: false };
    this.#queue.push(timer);
    this.#wake?.();
    return timer;
  }

  clearTimeout(handle: unknown): void {
    if (typeof handle === "object" && handle !== null) (handle as VirtualTimer).cancelled = true;
  }

  /** Something lets time pass right now. */
  get isDriven(): boolean {
    return this.#driven;
  }

  /** Timers that are set and not yet run, soonest first. Empty when nothing was left behind. */
  get pending(): readonly PendingTimer[] {
    return this.#queue.pending.map(({ dueMs, origin }) => ({
      inMs: dueMs - this.#nowMs,
      ...(origin?.stack === undefined ? {} : { stack: origin.stack }),
    }));
  }

  /** How many timers are {@link pending}. */
  get pendingCount(): number {
    return this.#queue.pending.length;
  }

  /**
   * Moves time forward by `ms`, running what is due on the way.
   * @throws PeerhoodError `INVALID_STATE` if the clock is being moved already; what a timer throws
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.#drive(async () => {
      await macrotask();
      while ((this.#queue.peek()?.dueMs ?? Number.POSITIVE_INFINITY) <= endMs) await this.#runNext();
      this.#nowMs = endMs;
    });
  }

  /**
   * Moves time forward until the promise settles, and settles as it does.
   * @throws PeerhoodError `INVALID_STATE` when it can not settle any more: no timer is left, or `limitMs` have passed
   */
  async runUntil<T>(promise: PromiseLike<T>, { limitMs = DEFAULT_LIMIT_MS } = {}): Promise<T> {
    const outcome = { settled: false };
    const settle = (): void => {
      outcome.settled = true;
      this.#wake?.();
    };
    promise.then(settle, settle);
    const endMs = this.#nowMs + limitMs;
    await this.#drive(async () => {
      await macrotask();
      while (!outcome.settled) {
        const next = this.#queue.peek();
        if (next === undefined) {
          await this.#woken(REAL_PATIENCE_MS);
          if (!outcome.settled && this.#queue.peek() === undefined) throw stuck("no timer is set that could move it");
          continue;
        }
        if (next.dueMs > endMs) throw stuck(`${limitMs} ms of virtual time have passed`);
        await this.#runNext();
      }
    });
    return promise;
  }

  /**
   * Moves time forward until `condition` returns true, which is asked between two timers. Resolves with whether it did:
   * `false` when `limitMs` have passed, or no timer is left that could bring it about.
   * @throws PeerhoodError `INVALID_STATE` if the clock is being moved already; what a timer or the condition throws
   */
  async runUntilTrue(condition: () => boolean, { limitMs = DEFAULT_LIMIT_MS } = {}): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    let holds = false;
    await this.#drive(async () => {
      await macrotask();
      let patient = true;
      while (!(holds = condition())) {
        const next = this.#queue.peek();
        if (next !== undefined && next.dueMs <= endMs) await this.#runNext();
        else if (patient) {
          // Something real may be under way: `import()`, a file, WebCrypto.
          patient = await this.#stood(condition, next === undefined ? REAL_PATIENCE_MS : PATIENCE_AT_LIMIT_MS);
        } else {
          if (next !== undefined) this.#nowMs = endMs;
          break;
        }
      }
    });
    return holds;
  }

  /**
   * Moves time forward by itself until stopped, as fast as the code under it allows: plain `await` works as in real
   * time. Returns a function that stops it; what the first timer that threw has thrown is thrown there.
   */
  play(): () => Promise<void> {
    const order = { stop: false };
    const failures: unknown[] = [];
    const playing = this.#drive(async () => {
      while (!order.stop) {
        await macrotask();
        if (order.stop) break;
        if (this.#queue.peek() === undefined) await this.#woken();
        else await this.#runNext().catch((error: unknown) => failures.push(error));
      }
    });
    return async () => {
      order.stop = true;
      this.#wake?.();
      await playing;
      if (failures.length > 0) throw failures[0];
    };
  }

  /** Resolves when a timer is set, or what drives the clock is over; with `patienceMs` of real time at the latest. */
  async #woken(patienceMs?: number): Promise<void> {
    let timeout: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (patienceMs !== undefined) timeout = setTimeout(resolve, patienceMs);
    });
    this.#wake = undefined;
    clearTimeout(timeout);
  }

  /** Stands still for what is real: until `condition` holds, a timer is set, or patience is over (`false`). */
  async #stood(condition: () => boolean, patienceMs: number): Promise<boolean> {
    const { pendingCount } = this;
    const endMs = performance.now() + patienceMs;
    while (performance.now() < endMs) {
      if (condition() || this.pendingCount !== pendingCount) return true;
      await this.#woken(REAL_POLL_MS);
    }
    return false;
  }

  async #runNext(): Promise<void> {
    const timer = this.#queue.pop();
    if (timer === undefined) return;
    this.#timersNow = timer.dueMs > this.#nowMs ? 0 : this.#timersNow + 1;
    if (this.#timersNow > MAX_TIMERS_AT_ONE_TIME) throw stuck("timers without a delay set each other for ever");
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.cancelled = true;
    timer.callback();
    await macrotask();
  }

  async #drive(task: () => Promise<void>): Promise<void> {
    if (this.#driven) {
      throw new PeerhoodError(
        "INVALID_STATE",
        "The virtual clock is being moved already: await the call before, or stop what play() started.",
      );
    }
    this.#driven = true;
    try {
      await task();
    } finally {
      this.#driven = false;
    }
  }
}

function stuck(why: string): PeerhoodError {
  return new PeerhoodError("INVALID_STATE", `The virtual clock waits for a promise that does not settle: ${why}.`);
}
