import type { Line } from "./line.js";

/** The topics of one connection: what the broker was asked for, and what is wanted now. Dies with the connection. */
export class TopicSession {
  readonly line: Line;
  readonly #isWanted: (topic: string) => boolean;
  readonly #held = new Set<string>();
  /** By topic: the latest step, so that the broker hears of them one after the other. */
  readonly #steps = new Map<string, Promise<void>>();

  constructor(line: Line, isWanted: (topic: string) => boolean) {
    this.line = line;
    this.#isWanted = isWanted;
  }

  /** Subscribes or unsubscribes, whichever is missing when it is this step's turn. */
  async align(topic: string): Promise<void> {
    const before = this.#steps.get(topic);
    const step = this.#step(topic, before);
    this.#steps.set(topic, step);
    try {
      await step;
    } finally {
      if (this.#steps.get(topic) === step) this.#steps.delete(topic);
    }
  }

  async #step(topic: string, before: Promise<void> | undefined): Promise<void> {
    // Whoever asked for that one hears of its failure.
    await before?.catch(() => {});
    const wanted = this.#isWanted(topic);
    if (wanted === this.#held.has(topic)) return;
    if (wanted) {
      await this.line.subscribe(topic);
      this.#held.add(topic);
    } else {
      this.#held.delete(topic);
      await this.line.unsubscribe(topic);
    }
  }
}
