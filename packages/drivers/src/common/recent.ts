/** Remembers the last so many ids, for brokers that may bring one message twice. */
export class Recent {
  readonly #limit: number;
  readonly #ids = new Set<string>();

  constructor(limit = 1_000) {
    this.#limit = limit;
  }

  isNew(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#limit) break;
      this.#ids.delete(oldest);
    }
    return true;
  }
}
