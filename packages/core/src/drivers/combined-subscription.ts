import type { Driver, DriverSubscription } from "../driver.js";
import { closedError } from "./driver-status.js";
import { Copies } from "./copies.js";
import type { Clock } from "../util/clock.js";

export interface CombinedSubscriptionOptions {
  readonly topic: string;
  readonly clock: Clock;
  readonly handler: (data: Uint8Array) => void;
}

/** One handler's subscription at several buses; hears each message once. */
export class CombinedSubscription {
  readonly #options: CombinedSubscriptionOptions;
  readonly #copies: Copies;
  /** By driver, once it has subscribed. */
  readonly #parts = new Map<Driver, DriverSubscription>();
  readonly #starting = new Map<Driver, Promise<void>>();
  #ended = false;

  constructor(options: CombinedSubscriptionOptions) {
    this.#options = options;
    this.#copies = new Copies(options.clock);
  }

  /** Subscribes at that driver, unless that is done or under way; after a failure it may be tried again. */
  async start(driver: Driver): Promise<void> {
    if (this.#ended) throw closedError();
    if (this.#parts.has(driver)) return;
    let starting = this.#starting.get(driver);
    if (starting === undefined) {
      starting = this.#subscribe(driver).finally(() => this.#starting.delete(driver));
      this.#starting.set(driver, starting);
    }
    await starting;
  }

  /** Resolves when no driver has a handler. Where subscribing is under way, that ends by itself. Idempotent. */
  async end(): Promise<void> {
    this.#ended = true;
    const parts = [...this.#parts.values()];
    this.#parts.clear();
    await Promise.allSettled(parts.map((part) => part.unsubscribe()));
  }

  async #subscribe(driver: Driver): Promise<void> {
    const part = await driver.subscribe(this.#options.topic, (data) => {
      if (!this.#ended && this.#copies.isFirst(data, driver)) return this.#options.handler(data);
    });
    if (this.#ended) await part.unsubscribe();
    else this.#parts.set(driver, part);
  }
}
