import type { SeededRandom } from "../random/seeded-random.js";
import type { LinkConditions } from "./conditions.js";

/** A held back packet comes this many link delays late, so that those right behind it overtake it. */
const HELD_BACK_DELAYS = 2;
/** And at least this late, for links with next to no delay of their own. */
const HELD_BACK_MIN_MS = 5;

export interface Passage {
  /** How many of the packets are lost. */
  readonly lost: number;
  /** Not held back: arrives after all of its kind that left before. */
  readonly inOrder: boolean;
  /** When the last packet arrives, or would have arrived. */
  readonly arrivesAtMs: number;
  /** When a second copy arrives, if one does. */
  readonly copyArrivesAtMs: number | undefined;
}

/** One direction between two hosts: decides what becomes of packets, knows no time of its own. */
export class Link {
  readonly #random: SeededRandom;
  readonly #queue: (() => void)[] = [];
  #freeAtMs = 0;
  #lastArrivalMs = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Packets that leave together, in one go. */
  pass(nowMs: number, bytes: number, packets: number, conditions: LinkConditions): Passage {
    const { latencyMs, jitterMs, bandwidthBytesPerSecond } = conditions;
    // One packet after the other through a pipe of that width; an infinite one adds nothing.
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + (bytes * 1_000) / bandwidthBytesPerSecond;
    let lost = 0;
    for (let packet = 0; packet < packets; packet++) if (this.#random.chance(conditions.loss)) lost++;
    const earliest = this.#freeAtMs + latencyMs + (jitterMs > 0 ? this.#random.next() * jitterMs : 0);
    const inOrder = !this.#random.chance(conditions.reorder);
    if (inOrder) this.#lastArrivalMs = Math.max(this.#lastArrivalMs, earliest);
    return {
      lost,
      inOrder,
      arrivesAtMs: inOrder
        ? this.#lastArrivalMs
        : earliest + (0.5 + this.#random.next() / 2) * this.#holdBackMs(conditions),
      copyArrivesAtMs: this.#random.chance(conditions.duplicate)
        ? earliest + this.#random.next() * this.#holdBackMs(conditions)
        : undefined,
    };
  }

  /**
   * Takes what is to happen on arrival of a packet that is in order; call what it returns at that time. Timers that
   * are due within a rounding error of each other then can not swap two packets.
   */
  enqueue(task: () => void): () => void {
    this.#queue.push(task);
    return () => this.#queue.shift()?.();
  }

  #holdBackMs({ latencyMs, jitterMs }: LinkConditions): number {
    return Math.max(HELD_BACK_MIN_MS, HELD_BACK_DELAYS * (latencyMs + jitterMs));
  }
}
