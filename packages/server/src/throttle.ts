import type { WebSocket } from "ws";
import type { Counters } from "./counters.js";
import { BYTES_PER_REQUEST, type Limits } from "./limits.js";
import { Bucket } from "./rate.js";

/** How full the bucket has to be again for a client to have made a break. */
const BREAK = 0.25;

/**
 * Holds one client to its rate: who is over it is read more slowly, so that a burst of somebody honest is only late, and
 * what a flood sends stays in the sender's own buffers. Who is over it for `throttledMs` without a break does not stop
 * by itself.
 */
export class Throttle {
  readonly #socket: Pick<WebSocket, "pause" | "resume">;
  readonly #limits: Limits;
  readonly #counters: Counters;
  readonly #bucket: Bucket;
  /** Since when it has been over the rate without the bucket filling again. */
  #overSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Pick<WebSocket, "pause" | "resume">, limits: Limits, counters: Counters) {
    this.#socket = socket;
    this.#limits = limits;
    this.#counters = counters;
    this.#bucket = new Bucket(limits.messagesPerSecond, limits.messagesBurst, performance.now());
  }

  /** Counts one frame. `false`: it has gone on for too long. */
  admits(bytes: number): boolean {
    const now = performance.now();
    const waitMs = this.#bucket.take(1 + Math.floor(bytes / BYTES_PER_REQUEST), now);
    if (waitMs === 0) {
      if (this.#overSince !== undefined && this.#bucket.level(now) > BREAK) this.#overSince = undefined;
      return true;
    }
    this.#overSince ??= now;
    if (this.#timer === undefined) this.#pause(waitMs);
    return Math.max(waitMs, now - this.#overSince) <= this.#limits.throttledMs;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #pause(waitMs: number): void {
    this.#counters.throttled++;
    this.#socket.pause();
    const resume = (): void => {
      // What had been read already went on and made more debt.
      const leftMs = this.#bucket.take(0, performance.now());
      this.#timer = leftMs > 0 ? setTimeout(resume, leftMs) : undefined;
      if (leftMs === 0) this.#socket.resume();
    };
    this.#timer = setTimeout(resume, waitMs);
  }
}
