import type { DriverState } from "../driver.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import { defaultLogger, type Logger } from "../util/logger.js";

type Listener = (value: unknown) => void;

/** The state of a driver and whom to tell about it; a part of every driver of this package. */
export class DriverStatus {
  #state: DriverState;
  readonly #logger: Logger;
  readonly #listeners = { state: new Set<Listener>(), error: new Set<Listener>() };

  constructor(state: DriverState, logger: Logger = defaultLogger) {
    this.#state = state;
    this.#logger = logger;
  }

  get state(): DriverState {
    return this.#state;
  }

  set state(state: DriverState) {
    // `closed` is for good, whatever arrives late.
    if (state === this.#state || this.#state === "closed") return;
    this.#state = state;
    this.#emit("state", state);
  }

  on(event: "state" | "error", handler: Listener): () => void {
    // Wrapped, so that the same function given twice is two listeners.
    const own: Listener = (value) => handler(value);
    this.#listeners[event].add(own);
    return () => this.#listeners[event].delete(own);
  }

  /** A background failure. With no listener it is logged. */
  report(error: PeerhoodError): void {
    if (this.#listeners.error.size === 0) this.#logger.warn(`${error.code}: ${error.message}`);
    this.#emit("error", error);
  }

  /** Runs application code; a throw, or a rejection if it is async, is reported and hurts nobody. */
  async guard(call: () => unknown): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.report(
        toPeerhoodError(error, "LISTENER_FAILED", "A handler of a driver's messages threw; see cause."),
      );
    }
  }

  /** @throws PeerhoodError `DRIVER_CLOSED` */
  assertUsable(): void {
    if (this.#state === "closed") throw closedError();
  }

  #emit(event: "state" | "error", value: unknown): void {
    for (const listener of [...this.#listeners[event]]) {
      try {
        listener(value);
      } catch (error) {
        // Not reported as an event: a listener of `error` that throws would be called for ever.
        this.#logger.error(`A listener of a driver's ${event} event threw.`, error);
      }
    }
  }
}

export function closedError(): PeerhoodError {
  return new PeerhoodError("DRIVER_CLOSED", "The driver is closed; make a new one.");
}
