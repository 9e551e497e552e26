import { PeerhoodError } from "../errors.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import { ATTEMPT_MAX_MS, ATTEMPT_MIN_MS, ATTEMPT_STEP_MS } from "./constants.js";

/** How long, and how often, a lost connection is built anew. */
export interface ReconnectPolicy {
  /** Milliseconds from the loss to giving up. @default 60000 */
  readonly timeoutMs: number;
  /** Milliseconds between two attempts: doubled from the first to the second, and up to half of it random. @default 200 */
  readonly minDelayMs: number;
  /** @default 1000 */
  readonly maxDelayMs: number;
}

export interface ReconnectOptions {
  readonly remoteId: string;
  readonly policy: ReconnectPolicy;
  readonly clock: Clock;
  /** 0 to below 1. */
  readonly random: () => number;
  /** Begins one, unless there is no way to tell the other side. */
  readonly attempt: () => void;
  readonly onTimedOut: (error: PeerhoodError) => void;
  readonly onGivenUp: (error: PeerhoodError) => void;
}

/** The attempts to build a lost connection anew: when each begins, how long it may take, and when it is enough. */
export class Reconnect {
  readonly #options: ReconnectOptions;
  #deadline: TimerHandle | undefined;
  #timer: TimerHandle | undefined;
  #cause: PeerhoodError | undefined;
  #lastFailure: PeerhoodError | undefined;
  #attempts = 0;
  #failures = 0;
  #answered = false;

  constructor(options: ReconnectOptions) {
    this.#options = options;
  }

  /** The connection is lost, and until `stop` it is tried to make another. `underway`: one is being made. */
  start(cause: PeerhoodError, underway: boolean): void {
    const { clock, policy } = this.#options;
    this.#cause = cause;
    this.#deadline = clock.setTimeout(() => this.#giveUp(), policy.timeoutMs);
    if (!underway) this.now();
  }

  get active(): boolean {
    return this.#deadline !== undefined;
  }

  /** An attempt begins at once, whatever was under way. */
  now(): void {
    this.#clearTimer();
    // Without signaling it begins when that is back.
    this.#options.attempt();
  }

  /** One has begun, by this side or the other. */
  began(): void {
    this.#attempts++;
    this.#answered = false;
    this.#limit();
  }

  /** The other side takes part in the attempt under way: that has its whole time from now on, once. */
  answered(): void {
    if (this.#answered || this.#timer === undefined) return;
    this.#answered = true;
    this.#limit();
  }

  /** It has failed; the next begins in a moment. */
  failed(error: PeerhoodError): void {
    this.#clearTimer();
    this.#lastFailure = error;
    if (!this.active) return;
    const { clock, policy, random } = this.#options;
    const delayMs = Math.min(policy.minDelayMs * 2 ** this.#failures++, policy.maxDelayMs);
    this.#timer = clock.setTimeout(() => this.now(), Math.max(policy.minDelayMs, delayMs * (1 - random() / 2)));
  }

  /** There is a connection again, or nobody wants one. Idempotent. */
  stop(): void {
    this.#clearTimer();
    if (this.#deadline !== undefined) this.#options.clock.clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#attempts = 0;
    this.#failures = 0;
    this.#lastFailure = undefined;
  }

  #limit(): void {
    const { clock, onTimedOut } = this.#options;
    this.#clearTimer();
    const timeoutMs = Math.min(ATTEMPT_MIN_MS + ATTEMPT_STEP_MS * this.#failures, ATTEMPT_MAX_MS);
    this.#timer = clock.setTimeout(() => onTimedOut(tookTooLong(timeoutMs)), timeoutMs);
  }

  #giveUp(): void {
    const { remoteId, policy, onGivenUp } = this.#options;
    const tried =
      this.#attempts === 0
        ? "No attempt could be made, since the signaling driver was not open"
        : `${this.#attempts} attempts were made; the last one: ${this.#lastFailure?.message ?? "it was still under way"}`;
    const error = new PeerhoodError(
      "RECONNECT_FAILED",
      `The connection to ${remoteId} was lost and did not come back within ${policy.timeoutMs} ms. ${tried} ` +
        "The remote may be gone, or both networks are closed to each other: then a TURN server in iceServers helps.",
      { cause: this.#cause, retryable: true, remoteId },
    );
    this.stop();
    onGivenUp(error);
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function tookTooLong(timeoutMs: number): PeerhoodError {
  return new PeerhoodError("CONNECTION_TIMEOUT", `There was no connection after ${timeoutMs} ms.`, { retryable: true });
}
