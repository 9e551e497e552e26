import type { Outgoing } from "./outgoing.js";

/** Places of ended transfers that are kept until it pays to move the others. */
const MIN_DEAD = 64;

/**
 * The transfers that have begun and are not over, in the order of their ids: most end in that order, hundreds by one
 * acknowledgement. The others are found by halving.
 */
export class InFlight {
  #items: Outgoing[] = [];
  /** Index of the first that may be alive. */
  #head = 0;
  #live = 0;

  get size(): number {
    return this.#live;
  }

  push(outgoing: Outgoing): void {
    this.#items.push(outgoing);
    this.#live++;
  }

  find(id: number): Outgoing | undefined {
    const outgoing = this.#items[this.#indexOf(id)];
    return outgoing?.wireId === id && !outgoing.over ? outgoing : undefined;
  }

  /** To be called for each that ends, after it is over. */
  ended(): void {
    this.#live--;
    const dead = this.#items.length - this.#live;
    if (this.#live === 0) {
      this.#items = [];
      this.#head = 0;
    } else if (dead > MIN_DEAD && dead > this.#live) {
      this.#items = this.#items.filter((outgoing) => !outgoing.over);
      this.#head = 0;
    }
  }

  /** Those with ids from `first` to before `end` that are not over, oldest first. */
  between(first: number, end: number): Outgoing[] {
    const found: Outgoing[] = [];
    for (let i = this.#indexOf(first); ; i++) {
      const outgoing = this.#items[i];
      if (outgoing === undefined || outgoing.wireId >= end) return found;
      if (!outgoing.over) found.push(outgoing);
    }
  }

  /** The oldest one, if its id is below `end`. */
  firstBelow(end: number): Outgoing | undefined {
    for (;;) {
      const outgoing = this.#items[this.#head];
      if (outgoing === undefined || outgoing.wireId >= end) return undefined;
      if (!outgoing.over) return outgoing;
      this.#head++;
    }
  }

  all(): Outgoing[] {
    return this.#items.filter((outgoing) => !outgoing.over);
  }

  /** Index of the first with that id or a larger one. */
  #indexOf(id: number): number {
    let low = this.#head;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle]?.wireId ?? Infinity) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
