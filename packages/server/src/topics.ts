export interface Subscriber {
  deliver(frame: Uint8Array): void;
}

/** Who listens to which topic. A topic exists for as long as somebody does. */
export class Topics {
  readonly #subscribers = new Map<string, Set<Subscriber>>();

  get size(): number {
    return this.#subscribers.size;
  }

  add(topic: string, subscriber: Subscriber): void {
    let subscribers = this.#subscribers.get(topic);
    if (subscribers === undefined) this.#subscribers.set(topic, (subscribers = new Set()));
    subscribers.add(subscriber);
  }

  remove(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers?.delete(subscriber) && subscribers.size === 0) this.#subscribers.delete(topic);
  }

  /** `encode` runs once, and only if somebody listens. */
  publish(topic: string, encode: () => Uint8Array): void {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers === undefined) return;
    const frame = encode();
    // A subscriber that is cut off for being slow leaves the set meanwhile, which a Set's iteration allows.
    for (const subscriber of subscribers) subscriber.deliver(frame);
  }
}
