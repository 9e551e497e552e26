import type { DriverState } from "../driver.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import { Emitter } from "../util/emitter.js";
import { defaultLogger, type Logger } from "../util/logger.js";

/** The state of a driver and whom to tell about it; a part of every driver of this package. */
export class DriverStatus extends Emitter<{ state: DriverState; error: PeerhoodError }> {
  #state: DriverState;
  readonly #logger: Logger;

  constructor(state: DriverState, logger: Logger = defaultLogger) {
    // Not reported as an event: a listener of `error` that throws would be called for ever.
    super((error) => logger.error("A listener of a driver's event threw.", error));
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
    this.emit("state", state);
  }

  /** `on` as `Driver` has it. */
  listen(event: "state" | "error", handler: (value: unknown) => void): () => void {
    // Wrapped, so that the same function given twice is two listeners.
    const own = (value: unknown): void => handler(value);
    this.on(event, own);
    return () => void this.off(event, own);
  }

  /** A background failure. With no listener it is logged. */
  report(error: PeerhoodError): void {
    if (!this.emit("error", error)) this.#logger.warn(`${error.code}: ${error.message}`);
  }

  /** Calls a handler of messages; a throw, or a rejection if it is async, is reported and hurts nobody. */
  async guard(call: () => unknown): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.report(toPeerhoodError(error, "LISTENER_FAILED", "A handler of a driver's messages threw; see cause."));
    }
  }

  /** @throws PeerhoodError `DRIVER_CLOSED` */
  assertUsable(): void {
    if (this.#state === "closed") throw closedError();
  }
}

export function closedError(): PeerhoodError {
  return new PeerhoodError("DRIVER_CLOSED", "The driver is closed; make a new one.");
}
