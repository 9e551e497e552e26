/** The last so many of what was added, oldest first. Takes memory only for what it holds. */
export class Ring<T> {
  readonly #capacity: number;
  #items: T[] = [];
  /** Of the oldest, once it is full. */
  #head = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(item: T): void {
    if (this.#items.length < this.#capacity) this.#items.push(item);
    else {
      this.#items[this.#head] = item;
      this.#head = (this.#head + 1) % this.#capacity;
    }
  }

  toArray(): T[] {
    return [...this.#items.slice(this.#head), ...this.#items.slice(0, this.#head)];
  }
}
