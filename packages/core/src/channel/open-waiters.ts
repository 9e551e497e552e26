import { PeerhoodError } from "../errors.js";
import type { Clock } from "../util/clock.js";
import { MAX_WAITING_SENDS } from "./constants.js";

interface Waiter<T> {
  readonly onOpen: (value: T) => void;
  readonly onFailure: (error: PeerhoodError) => void;
  readonly timer: unknown;
}

/** Sends that came before their channel was open. They go out in the order in which they came. */
export class OpenWaiters<T> {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<string, Set<Waiter<T>>>();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  wait(label: string, onOpen: (value: T) => void, onFailure: (error: PeerhoodError) => void): void {
    const waiters = this.#waiting.get(label) ?? new Set();
    this.#waiting.set(label, waiters);
    if (waiters.size >= MAX_WAITING_SENDS) {
      return onFailure(notOpen(label, `${MAX_WAITING_SENDS} messages are waiting for it already`));
    }
    const waiter: Waiter<T> = {
      onOpen,
      onFailure,
      timer: this.#clock.setTimeout(() => {
        waiters.delete(waiter);
        onFailure(notOpen(label, `nobody opened it within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs),
    };
    waiters.add(waiter);
  }

  opened(label: string, value: T): void {
    for (const waiter of this.#take(label)) waiter.onOpen(value);
  }

  failed(label: string, error: PeerhoodError): void {
    for (const waiter of this.#take(label)) waiter.onFailure(error);
  }

  dispose(error: PeerhoodError): void {
    for (const label of this.#waiting.keys()) this.failed(label, error);
  }

  #take(label: string): Iterable<Waiter<T>> {
    const waiters = this.#waiting.get(label) ?? [];
    this.#waiting.delete(label);
    for (const { timer } of waiters) this.#clock.clearTimeout(timer);
    return waiters;
  }
}

function notOpen(label: string, why: string): PeerhoodError {
  return new PeerhoodError(
    "CHANNEL_TIMEOUT",
    `The channel "${label}" is not open: ${why}. One side opens it first: await peer.open("${label}").`,
  );
}
