import type { Driver, DriverState, DriverSubscription } from "../driver.js";
import { isPeerhoodError, toPeerhoodError, type PeerhoodError } from "../errors.js";
import { systemClock, type Clock } from "../util/clock.js";
import { CombinedSubscription } from "./combined-subscription.js";
import { closedError, DriverStatus } from "./driver-status.js";
import { checkTopic } from "./topic-handlers.js";

/**
 * Several buses as one: what is published goes over all of them, what comes over several is delivered once, and as long
 * as one of them works, so does this. Each may be away or closed meanwhile, and is used again when it is back.
 */
export class CombinedDriver implements Driver {
  readonly #drivers: readonly Driver[];
  readonly #clock: Clock;
  readonly #status: DriverStatus;
  readonly #subscriptions = new Set<CombinedSubscription>();
  readonly #stops: (() => void)[];

  constructor(drivers: readonly Driver[], clock: Clock = systemClock) {
    this.#drivers = drivers;
    this.#clock = clock;
    this.#status = new DriverStatus(combine(drivers));
    this.#stops = drivers.flatMap((driver) => [
      driver.on("state", (state) => this.#onState(driver, state)),
      driver.on("error", (error) => {
        this.#status.report(toPeerhoodError(error, "DRIVER_FAILED", "One of the drivers failed; see cause."));
      }),
    ]);
  }

  get state(): DriverState {
    return this.#status.state;
  }

  async subscribe(topic: string, handler: (data: Uint8Array) => void): Promise<DriverSubscription> {
    this.#status.assertUsable();
    checkTopic(topic);
    const subscription = new CombinedSubscription({
      topic,
      clock: this.#clock,
      handler: (data) => void this.#status.guard(() => handler(data)),
    });
    this.#subscriptions.add(subscription);
    try {
      await this.#first(this.#drivers, (driver) => subscription.start(driver));
      this.#status.assertUsable();
    } catch (error) {
      this.#subscriptions.delete(subscription);
      await subscription.end();
      throw error;
    }
    return {
      unsubscribe: async () => {
        this.#subscriptions.delete(subscription);
        await subscription.end();
      },
    };
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    this.#status.assertUsable();
    checkTopic(topic);
    // Resolves with the first, after which the caller may reuse its bytes, while others still wait for theirs.
    const copy = new Uint8Array(data);
    const open = this.#drivers.filter(({ state }) => state === "open");
    // One that is away would say it late, when it is of no use to anybody any more.
    await this.#first(open.length > 0 ? open : this.#drivers, (driver) => driver.publish(topic, copy));
  }

  on(event: "state" | "error", handler: (value: unknown) => void): () => void {
    return this.#status.listen(event, handler);
  }

  attend(): () => void {
    const stops = this.#drivers.map((driver) => driver.attend?.());
    return () => {
      for (const stop of stops) stop?.();
    };
  }

  check(): void {
    for (const driver of this.#drivers) driver.check?.();
  }

  /** Takes its handlers off all drivers, which stay open. Idempotent. */
  async release(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#status.state = "closed";
    const subscriptions = [...this.#subscriptions];
    this.#subscriptions.clear();
    await Promise.all(subscriptions.map((subscription) => subscription.end()));
  }

  /** Closes all drivers, too. */
  async close(): Promise<void> {
    const closing = this.#drivers.map((driver) => driver.close());
    await Promise.all([this.release(), ...closing]);
  }

  #onState(driver: Driver, state: unknown): void {
    const wasOpen = this.state === "open";
    this.#status.state = combine(this.#drivers);
    if (state !== "open") return;
    for (const subscription of this.#subscriptions) void subscription.start(driver).catch(() => {});
    // Told although nothing changed: those on this bus have not been heard, and have not heard us.
    if (wasOpen) this.#status.emit("state", "open");
  }

  /** Resolves with the first that succeeds. When none does, the failure that says most is thrown. */
  async #first<T>(drivers: readonly Driver[], call: (driver: Driver) => Promise<T>): Promise<T> {
    try {
      return await Promise.any(drivers.map(async (driver) => call(driver)));
    } catch (failure) {
      if (this.state === "closed") throw closedError();
      const { errors } = failure as AggregateError;
      throw mostTelling(errors as unknown[]);
    }
  }
}

/** As a room uses what a Peer was given, until it calls `release`. */
export function asOne(
  given: Driver | readonly Driver[],
  clock: Clock,
): { readonly driver: Driver; release(): Promise<void> | undefined } {
  if ("publish" in given) return { driver: given, release: () => undefined };
  const driver = new CombinedDriver(given, clock);
  return { driver, release: () => driver.release() };
}

function combine(drivers: readonly Driver[]): DriverState {
  const states = new Set(drivers.map(({ state }) => state));
  if (states.has("open")) return "open";
  return states.has("connecting") ? "connecting" : "closed";
}

/** That one driver is closed, or takes smaller messages, is no reason as long as there are others. */
function mostTelling(errors: readonly unknown[]): PeerhoodError {
  const rank = (error: unknown): number => {
    const code = isPeerhoodError(error) ? error.code : undefined;
    return code === "DRIVER_CLOSED" ? 2 : code === "SIGNAL_TOO_LARGE" ? 1 : 0;
  };
  const [first] = [...errors].sort((a, b) => rank(a) - rank(b));
  return toPeerhoodError(first, "DRIVER_FAILED", "None of the drivers works; see cause.");
}
