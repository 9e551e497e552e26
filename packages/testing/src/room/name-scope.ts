import { PeerhoodError } from "@peerhood/core";

/** Which name the next Peer of the application gets, while code runs that was started under that name. */
export class NameScope {
  /** Those whose code runs right now, innermost last: only until its first `await`. */
  readonly #running: string[] = [];
  /** Those whose promise has not settled. */
  readonly #pending = new Set<string>();
  readonly #taken = new Set<string>();

  get current(): string | undefined {
    return this.#running.at(-1) ?? (this.#pending.size === 1 ? [...this.#pending][0] : undefined);
  }

  run<T>(name: string, run: () => T): T {
    this.#running.push(name);
    try {
      const result = run();
      const { then } = Object(result) as { then?: unknown };
      if (typeof then === "function") {
        this.#pending.add(name);
        const end = (): void => void this.#pending.delete(name);
        (result as PromiseLike<unknown>).then(end, end);
      }
      return result;
    } finally {
      this.#running.pop();
    }
  }

  /**
   * The name for a Peer that is made now.
   * @throws PeerhoodError `INVALID_ARGUMENT` when it can not be told whose it is
   */
  take(): string | undefined {
    const open = [...this.#pending].filter((name) => !this.#taken.has(name));
    if (this.#running.length === 0 && open.length > 1) {
      throw new PeerhoodError(
        "INVALID_ARGUMENT",
        `A Peer was made while as() was under way for ${open.join(" and ")}: whose is it? Await one before the other, or ` +
          "make the Peer before the first await.",
      );
    }
    const name = this.#running.at(-1) ?? open[0];
    if (name === undefined || this.#taken.has(name)) return undefined;
    this.#taken.add(name);
    return name;
  }
}
