export type TimerHandle = unknown;

/** Time as the library sees it: the runtime's, or a virtual one under test. */
export interface Clock {
  /** Milliseconds from any origin; never goes back. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as number),
};
