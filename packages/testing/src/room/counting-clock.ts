import type { Clock } from "@peerhood/core";
import { systemClock } from "@peerhood/core/internal";

/** Frames of a timer's stack that are shown. */
const SHOWN_FRAMES = 6;

/** The runtime's clock, which knows what is set on it. */
export class CountingClock implements Clock {
  readonly #set = new Map<unknown, { readonly ms: number; readonly origin: Error }>();

  now(): number {
    return systemClock.now();
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const handle = systemClock.setTimeout(() => {
      this.#set.delete(handle);
      callback();
    }, ms);
    this.#set.set(handle, { ms, origin: new Error("timer set here") });
    return handle;
  }

  clearTimeout(handle: unknown): void {
    this.#set.delete(handle);
    systemClock.clearTimeout(handle);
  }

  /** Timers that are set, and where that was. */
  get set(): { readonly ms: number; readonly where: string }[] {
    return [...this.#set.values()].map(({ ms, origin: { stack = "" } }) => ({
      ms,
      where: stack
        .split("\n")
        .slice(2, 2 + SHOWN_FRAMES)
        .join("\n"),
    }));
  }
}
