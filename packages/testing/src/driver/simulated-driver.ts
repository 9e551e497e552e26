import { PeerhoodError, type Clock, type Driver, type DriverState, type DriverSubscription } from "@peerhood/core";
import { checkTopic, DriverStatus, silentLogger } from "@peerhood/core/internal";
import type { BrokerSubscription, SimulatedBroker } from "./simulated-broker.js";
import { Waiters } from "./waiters.js";

export interface SimulatedDriverOptions {
  /** Largest message in bytes. @default no limit */
  readonly maxBytes?: number;
  /** Milliseconds that a call waits while the broker can not be reached. @default 15000 */
  readonly connectionTimeoutMs?: number;
}

/** How often a driver that is cut off looks whether it still is, in milliseconds. */
const LOOK_AGAIN_MS = 50;

/**
 * A {@link Driver} over the broker of a simulated network. A partition of `network.signaling` loses what is published
 * without a word, as a broken TCP connection does until somebody notices; `goOffline` is the noticed kind.
 */
export class SimulatedDriver implements Driver {
  readonly maxBytes?: number;
  readonly #host: string;
  readonly #clock: Clock;
  readonly #broker: SimulatedBroker;
  readonly #status = new DriverStatus("open", silentLogger);
  readonly #subscriptions = new Set<BrokerSubscription>();
  readonly #waiters: Waiters;
  readonly #timeoutMs: number;

  /** Use {@link SimulatedNetwork.createDriver}. */
  constructor(options: SimulatedDriverOptions & { host: string; clock: Clock; broker: SimulatedBroker }) {
    if (options.maxBytes !== undefined) this.maxBytes = options.maxBytes;
    this.#host = options.host;
    this.#clock = options.clock;
    this.#broker = options.broker;
    this.#timeoutMs = options.connectionTimeoutMs ?? 15_000;
    this.#waiters = new Waiters(options.clock);
  }

  get state(): DriverState {
    return this.#status.state;
  }

  async subscribe(topic: string, handler: (data: Uint8Array) => void): Promise<DriverSubscription> {
    checkTopic(topic);
    const untilMs = this.#clock.now() + this.#timeoutMs;
    await this.#opened(untilMs);
    while (!this.#broker.isReachable(this.#host)) {
      if (this.#clock.now() >= untilMs) throw this.#unreachable();
      await this.#waiters.wait(LOOK_AGAIN_MS, false);
      this.#status.assertUsable();
    }
    await this.#waiters.wait(this.#broker.roundTripMs(this.#host), false);
    this.#status.assertUsable();
    const subscription: BrokerSubscription = {
      host: this.#host,
      topic,
      handler: (data) => {
        if (this.state === "open") void this.#status.guard(() => handler(data));
      },
    };
    this.#broker.add(subscription);
    this.#subscriptions.add(subscription);
    return { unsubscribe: async () => this.#drop(subscription) };
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    this.#status.assertUsable();
    checkTopic(topic);
    if (this.maxBytes !== undefined && data.length > this.maxBytes) {
      throw new PeerhoodError(
        "SIGNAL_TOO_LARGE",
        `A signal of ${data.length} bytes is more than the ${this.maxBytes} that this driver carries.`,
      );
    }
    if (this.state !== "open") await this.#opened(this.#clock.now() + this.#timeoutMs);
    this.#broker.publish(this.#host, topic, data);
  }

  on(event: "state" | "error", handler: (value: unknown) => void): () => void {
    return this.#status.listen(event, handler);
  }

  /** The connection to the broker breaks and the driver knows: `connecting`, nothing arrives, calls wait. */
  goOffline(): void {
    this.#status.state = "connecting";
  }

  /** The connection is back, with all subscriptions. */
  goOnline(): void {
    this.#status.state = "open";
    this.#waiters.wakeAll();
  }

  async close(): Promise<void> {
    this.#status.state = "closed";
    for (const subscription of this.#subscriptions) this.#drop(subscription);
    this.#waiters.wakeAll({ all: true });
  }

  async #opened(untilMs: number): Promise<void> {
    while (this.state === "connecting") {
      if (this.#clock.now() >= untilMs) throw this.#unreachable();
      await this.#waiters.wait(untilMs - this.#clock.now(), true);
    }
    this.#status.assertUsable();
  }

  #drop(subscription: BrokerSubscription): void {
    this.#broker.remove(subscription);
    this.#subscriptions.delete(subscription);
  }

  #unreachable(): PeerhoodError {
    return new PeerhoodError(
      "SIGNALING_UNREACHABLE",
      `The simulated broker could not be reached by ${this.#host} for ${this.#timeoutMs} ms.`,
      { retryable: true },
    );
  }
}
