/**
 * Sends that are not acknowledged yet. As with a channel's buffered amount: the sender goes on when half of them are
 * done, not at each one.
 */
export class Pending {
  readonly #limit: number;
  #count = 0;
  #failure: unknown;
  #wait: { readonly below: number; go(): void } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#count >= this.#limit;
  }

  add(sent: PromiseLike<unknown>): void {
    this.#count++;
    sent.then(this.#settled, this.#failed);
  }

  half(): Promise<void> {
    return this.#until(this.#limit / 2);
  }

  /** Resolves when all are done, rejects with the first failure. */
  async all(): Promise<void> {
    await this.#until(1);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #until(below: number): Promise<void> {
    if (this.#count < below) return Promise.resolve();
    return new Promise((resolve) => (this.#wait = { below, go: resolve }));
  }

  readonly #settled = (): void => {
    this.#count--;
    if (this.#wait === undefined || this.#count >= this.#wait.below) return;
    this.#wait.go();
    this.#wait = undefined;
  };

  readonly #failed = (error: unknown): void => {
    this.#failure ??= error;
    this.#settled();
  };
}
