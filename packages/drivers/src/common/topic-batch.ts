/**
 * For brokers that take all topics of a connection in one request: says which there are now, one request after the other;
 * what is added or removed meanwhile goes into the next.
 */
export class TopicBatch {
  readonly #apply: (topics: readonly string[]) => Promise<void>;
  readonly #topics = new Set<string>();
  #running: Promise<void> | undefined;
  /** Has not begun, so that it takes along whatever comes. */
  #next: Promise<void> | undefined;

  constructor(apply: (topics: readonly string[]) => Promise<void>) {
    this.#apply = apply;
  }

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** Resolves when a request that has the topic in it has succeeded. */
  add(topic: string): Promise<void> {
    this.#topics.add(topic);
    return this.#flush();
  }

  remove(topic: string): Promise<void> {
    this.#topics.delete(topic);
    return this.#flush();
  }

  #flush(): Promise<void> {
    this.#next ??= this.#run();
    return this.#next;
  }

  async #run(): Promise<void> {
    // At least a microtask, so that topics of one tick are one request.
    await this.#running?.catch(() => {});
    this.#next = undefined;
    this.#running = this.#apply([...this.#topics]);
    await this.#running;
  }
}
