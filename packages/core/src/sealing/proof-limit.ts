import type { Clock } from "../util/clock.js";
import { FAILED_PROOFS_PER_MINUTE, MAX_PROOF_DELAY_MS, PROOF_WINDOW_MS } from "./constants.js";

/**
 * How often the password of a room may be guessed by talking to this member. A proof is answered by one of our own, by
 * which the other side can test one guess; so each counts as failed from when it begins until it has succeeded.
 */
export class ProofLimit {
  readonly #clock: Clock;
  /** When those of the last minute failed, oldest first. */
  #failures: number[] = [];
  #open = 0;
  #delayMs = PROOF_WINDOW_MS;
  #blockedUntilMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a proof may begin now. One that does ends with `succeed` or `fail`. */
  begin(): boolean {
    const nowMs = this.#clock.now();
    if (nowMs < this.#blockedUntilMs) return false;
    this.#failures = this.#failures.filter((atMs) => nowMs - atMs < PROOF_WINDOW_MS);
    // After a delay one at a time, until it has been quiet for as long again.
    const isCalm = nowMs >= this.#blockedUntilMs + this.#delayMs / 2;
    if (isCalm) this.#delayMs = PROOF_WINDOW_MS;
    const allowed = isCalm ? FAILED_PROOFS_PER_MINUTE - this.#failures.length : 1;
    if (this.#open >= allowed) return false;
    this.#open++;
    return true;
  }

  /** How long until another proof may begin, in milliseconds, if none under way fails meanwhile. */
  get pauseMs(): number {
    const nowMs = this.#clock.now();
    const [oldestMs = -Infinity] = this.#failures.slice(-FAILED_PROOFS_PER_MINUTE);
    const isFull = this.#failures.length >= FAILED_PROOFS_PER_MINUTE;
    return Math.max(0, this.#blockedUntilMs - nowMs, isFull ? oldestMs + PROOF_WINDOW_MS - nowMs : 0);
  }

  succeed(): void {
    this.#open--;
  }

  fail(): void {
    const nowMs = this.#clock.now();
    this.#open--;
    this.#failures.push(nowMs);
    const isCalm = nowMs >= this.#blockedUntilMs + this.#delayMs / 2;
    if (isCalm && this.#failures.length < FAILED_PROOFS_PER_MINUTE) return;
    this.#blockedUntilMs = nowMs + this.#delayMs;
    this.#delayMs = Math.min(2 * this.#delayMs, MAX_PROOF_DELAY_MS);
  }
}
