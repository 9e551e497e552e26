import { sha256 } from "@noble/hashes/sha2.js";
import type { Clock } from "../util/clock.js";
import { COPY_WINDOW_MS, MAX_COPIES } from "./combined-constants.js";

/** One message, and the buses that have brought it. */
interface Arrival {
  readonly atMs: number;
  readonly seen: Set<unknown>;
}

/**
 * Tells the copies of one message, which come over several buses, from the same bytes published again. A bus brings one
 * copy of each publish, so what a bus brings for the second time is another message. By a hash that nobody can find a
 * second message for: otherwise one bad bus could pass off a forgery as the original that another is about to bring.
 */
export class Copies {
  readonly #clock: Clock;
  /** In the order of their last arrival. */
  readonly #arrivals = new Map<string, Arrival[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this is the first copy that any bus has brought. */
  isFirst(data: Uint8Array, bus: unknown): boolean {
    const now = this.#clock.now();
    const key = String.fromCharCode(...sha256(data));
    const known = (this.#arrivals.get(key) ?? []).filter(({ atMs }) => now - atMs < COPY_WINDOW_MS);
    const original = known.find(({ seen }) => !seen.has(bus));
    if (original === undefined) known.push({ atMs: now, seen: new Set([bus]) });
    else original.seen.add(bus);
    this.#arrivals.delete(key);
    this.#arrivals.set(key, known);
    for (const [oldest, [first]] of this.#arrivals) {
      const isOld = first === undefined || now - first.atMs >= COPY_WINDOW_MS;
      if (!isOld && this.#arrivals.size <= MAX_COPIES) break;
      this.#arrivals.delete(oldest);
    }
    return original === undefined;
  }
}
