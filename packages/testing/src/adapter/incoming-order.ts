/** Puts the messages of an ordered channel back in order; what was given up by the sender is passed over. */
export class IncomingOrder<T> {
  readonly #held = new Map<number, T | undefined>();
  #next = 0;

  /** Returns what may be delivered now. `undefined` for a message that will never come. */
  accept(sequence: number, message: T | undefined): T[] {
    this.#held.set(sequence, message);
    const ready: T[] = [];
    while (this.#held.has(this.#next)) {
      const next = this.#held.get(this.#next);
      this.#held.delete(this.#next++);
      if (next !== undefined) ready.push(next);
    }
    return ready;
  }
}
