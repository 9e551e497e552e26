const FIRST_ID = 1;
const LAST_ID = 1_023;

/**
 * Stream ids of labelled channels, given out by the offering side alone, so that both sides never take the same.
 * Round-robin, because an id made again right after its channel closed fails to open 1 to 7 times in 50; and free
 * only when both sides have said that their end is closed.
 */
export class ChannelIds {
  /** How many ends of each id are not known to be closed. */
  readonly #ends = new Map<number, number>();
  #last = FIRST_ID - 1;

  /** `undefined` when all are taken. */
  take(): number | undefined {
    for (let tries = FIRST_ID; tries <= LAST_ID; tries++) {
      this.#last = this.#last >= LAST_ID ? FIRST_ID : this.#last + 1;
      if (!this.#ends.has(this.#last)) {
        this.#ends.set(this.#last, 2);
        return this.#last;
      }
    }
    return undefined;
  }

  /** One end of that channel is closed. */
  endClosed(id: number): void {
    const left = (this.#ends.get(id) ?? 0) - 1;
    if (left > 0) this.#ends.set(id, left);
    else this.#ends.delete(id);
  }
}

export function isChannelId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= FIRST_ID && (value as number) <= LAST_ID;
}
