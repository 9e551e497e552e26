/** Calls `tick` again and again while the element can be seen: in the viewport, not hidden, in a tab in front. */
export class VisiblePoll {
  readonly #element: Element;
  readonly #tick: () => Promise<void>;
  readonly #intervalMs: () => number;
  #observer: IntersectionObserver | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #intersects = false;
  #busy = false;

  constructor(element: Element, intervalMs: () => number, tick: () => Promise<void>) {
    this.#element = element;
    this.#intervalMs = intervalMs;
    this.#tick = tick;
  }

  start(): void {
    this.stop();
    this.#observer = new IntersectionObserver((entries) => {
      this.#intersects = entries.at(-1)?.isIntersecting ?? false;
      this.wake();
    });
    this.#observer.observe(this.#element);
    document.addEventListener("visibilitychange", this.wake);
  }

  /** Idempotent. */
  stop(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#intersects = false;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.wake);
  }

  /** The next call comes now, if any is due at all. */
  readonly wake = (): void => {
    clearTimeout(this.#timer);
    if (this.#busy || !this.#intersects || document.visibilityState !== "visible") return;
    void this.#run();
  };

  async #run(): Promise<void> {
    this.#busy = true;
    try {
      await this.#tick();
    } finally {
      this.#busy = false;
      if (this.#observer !== undefined) this.#timer = setTimeout(this.wake, this.#intervalMs());
    }
  }
}
