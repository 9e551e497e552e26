import { MAX_ACK_RANGES } from "./constants.js";

type Range = [first: number, end: number];

/**
 * Which messages have arrived, as it is to be told: everything below the oldest one that is still under way, and what
 * is beyond it in ranges. Short messages arrive in order, so most of the time this is one number.
 */
export class Arrivals {
  /** Begun, and neither whole nor given up; ids ascend. */
  readonly #underWay = new Set<number>();
  #nextId = 0;
  #untold = false;
  #ranges: Range[] = [];

  /** One more than the last that has begun. */
  get nextId(): number {
    return this.#nextId;
  }

  begun(id: number): void {
    this.#nextId = id + 1;
    this.#underWay.add(id);
  }

  arrived(id: number): void {
    if (id >= this.#nextId) this.#nextId = id + 1;
    this.#underWay.delete(id);
    this.#untold = true;
    if (this.#underWay.size === 0) return;
    const last = this.#ranges.at(-1);
    if (last?.[1] === id) last[1]++;
    else this.#ranges.push([id, id + 1]);
  }

  /** It will not arrive. */
  givenUp(id: number): void {
    if (id >= this.#nextId) this.#nextId = id + 1;
    this.#underWay.delete(id);
  }

  /** What has not been told, for one ACK; `undefined` if there is nothing. */
  next(): { readonly below: number; readonly ranges: readonly Range[] } | undefined {
    if (!this.#untold) return undefined;
    const below = this.#oldestUnderWay();
    if (this.#ranges.length === 0) {
      this.#untold = false;
      return { below, ranges: this.#ranges };
    }
    const merged = merge(this.#ranges, below);
    const ranges = merged.slice(0, MAX_ACK_RANGES);
    this.#ranges = merged.slice(MAX_ACK_RANGES);
    this.#untold = this.#ranges.length > 0;
    return { below, ranges };
  }

  #oldestUnderWay(): number {
    for (const id of this.#underWay) return id;
    return this.#nextId;
  }
}

/** Ascending, joined where they touch, without what is below `below`. */
function merge(ranges: Range[], below: number): Range[] {
  const merged: Range[] = [];
  for (const range of ranges.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (range[1] <= below) continue;
    if (last !== undefined && last[1] === range[0]) last[1] = range[1];
    else merged.push(range);
  }
  return merged;
}
