// oxlint-disable no-unmodified-loop-condition -- callbacks modify it
import type { Clock } from "../../../util/clock.js";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Turns of the real event loop without any effect after which a test is stuck; a read of a Blob takes a few. */
const MAX_IDLE_TURNS = 2_000;

/** Tests run in Node; what they share is checked like code for every runtime. */
const runtime = globalThis as unknown as { readonly setImmediate: (callback: () => void) => void };

/** Virtual time: it moves only when nothing else is left to do. */
export class TestClock implements Clock {
  #now = 0;
  #timers = new Set<Timer>();

  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    const timer = { at: this.#now + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as Timer);
  }

  /** Runs timers until `promise` settles. */
  async until<T>(promise: PromiseLike<T>): Promise<T> {
    let settled = false;
    const watched = Promise.resolve(promise).finally(() => (settled = true));
    watched.catch(() => {});
    for (let idle = 0; !settled;) {
      await turn();
      if (settled) break;
      if (this.#fireNext(Infinity)) idle = 0;
      else if (++idle > MAX_IDLE_TURNS) throw new Error("stuck: nothing is left that could settle the promise");
    }
    return watched;
  }

  /** Lets virtual time pass, and everything happen that happens in it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    do await turns(3);
    while (this.#fireNext(end));
    this.#now = end;
    await turns(3);
  }

  #fireNext(until: number): boolean {
    let at = Infinity;
    for (const timer of this.#timers) at = Math.min(at, timer.at);
    if (at > until || at === Infinity) return false;
    this.#now = Math.max(this.#now, at);
    for (const timer of Array.from(this.#timers)) {
      if (timer.at <= at && this.#timers.delete(timer)) timer.callback();
    }
    return true;
  }
}

/** One turn of the real event loop, microtasks included. */
export function turn(): Promise<void> {
  return new Promise(runtime.setImmediate);
}

export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}
