import { REPLAY_WINDOW } from "./constants.js";

/** Which numbers have come: each passes once, and none that is too far below the highest (RFC 4303 section 3.4.3). */
export class ReplayWindow {
  readonly #seen = new Uint8Array(REPLAY_WINDOW);
  /** One above the highest number seen. */
  #next = 0;

  /** Whether that number is new. Changes nothing: it may be forged still. */
  isFresh(number: number): boolean {
    if (number >= this.#next) return true;
    return number >= this.#next - REPLAY_WINDOW && this.#seen[number % REPLAY_WINDOW] === 0;
  }

  /** That number has come, and was genuine. */
  mark(number: number): void {
    if (number >= this.#next) {
      const from = Math.max(this.#next, number + 1 - REPLAY_WINDOW);
      for (let skipped = from; skipped < number; skipped++) this.#seen[skipped % REPLAY_WINDOW] = 0;
      this.#next = number + 1;
    }
    this.#seen[number % REPLAY_WINDOW] = 1;
  }
}
