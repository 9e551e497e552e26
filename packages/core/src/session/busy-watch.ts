import type { Clock, TimerHandle } from "../util/clock.js";
import { BUSY_AFTER_LOOKS, BUSY_FOR_LOOKS, BUSY_LOOK_MS, IDLE_LOOK_MS } from "./heartbeat-constants.js";

export interface BusyWatchOptions {
  readonly clock: Clock;
  /** Number of the frames that have come. */
  readonly arrived: () => number;
  /** Some have come since then, in milliseconds of the clock. */
  readonly onHeard: (sinceMs: number) => void;
  /** They came all the time, and do no more. */
  readonly onHush: () => void;
}

/**
 * Notices that a pair that talks all the time has fallen silent, within half a second: long before silence alone would
 * mean anything. It only looks at a number now and then, so messages cost nothing more.
 */
export class BusyWatch {
  readonly #options: BusyWatchOptions;
  #timer: TimerHandle | undefined;
  #dueAt = 0;
  #lookedAt: number;
  #arrived: number;
  /** Looks in a row to which frames had come. */
  #run = 0;
  /** Looks in a row to which none had. */
  #gap = 0;

  constructor(options: BusyWatchOptions) {
    this.#options = options;
    this.#lookedAt = options.clock.now();
    this.#arrived = options.arrived();
    this.#schedule();
  }

  /** Idempotent. */
  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
  }

  #schedule(): void {
    const { clock } = this.#options;
    const now = clock.now();
    // All idle pairs of a process in the same moment: to wake it up costs more than to look.
    const inMs = this.#gap < BUSY_FOR_LOOKS ? BUSY_LOOK_MS : IDLE_LOOK_MS - (now % IDLE_LOOK_MS);
    this.#dueAt = now + inMs;
    this.#timer = clock.setTimeout(() => {
      const late = clock.now() - this.#dueAt > BUSY_LOOK_MS / 2;
      this.#schedule();
      this.#look(late);
    }, inMs);
  }

  #look(late: boolean): void {
    const { clock, arrived, onHeard, onHush } = this.#options;
    const count = arrived();
    if (count !== this.#arrived) {
      this.#arrived = count;
      this.#gap = 0;
      this.#run++;
      onHeard(this.#lookedAt);
    } else if (!late) {
      // A timer that is late is ahead of frames that are, too.
      this.#gap++;
      const wasBusy = this.#run >= BUSY_AFTER_LOOKS;
      this.#run = 0;
      if (wasBusy) onHush();
    }
    this.#lookedAt = clock.now();
  }
}
