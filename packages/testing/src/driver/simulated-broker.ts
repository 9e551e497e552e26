import type { NetworkPlane } from "../network/network-plane.js";

export interface BrokerSubscription {
  readonly host: string;
  readonly topic: string;
  readonly handler: (data: Uint8Array) => void;
}

export const BROKER_HOST = "broker";
/** What a frame of the broker's protocol adds to the data, in bytes. */
const FRAME_OVERHEAD_BYTES = 80;

/** Routes topics between drivers. Each message crosses two links, and either may lose, delay, double or reorder it. */
export class SimulatedBroker {
  readonly #plane: NetworkPlane;
  readonly #subscriptions = new Set<BrokerSubscription>();

  constructor(plane: NetworkPlane) {
    this.#plane = plane;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  /** Milliseconds to the broker and back. */
  roundTripMs(host: string): number {
    const there = this.#plane.conditions(host, BROKER_HOST);
    const back = this.#plane.conditions(BROKER_HOST, host);
    return there.latencyMs + back.latencyMs;
  }

  isReachable(host: string): boolean {
    return !this.#plane.areSevered(host, BROKER_HOST);
  }

  add(subscription: BrokerSubscription): void {
    this.#subscriptions.add(subscription);
  }

  remove(subscription: BrokerSubscription): void {
    this.#subscriptions.delete(subscription);
  }

  publish(from: string, topic: string, data: Uint8Array): void {
    const bytes = data.length + FRAME_OVERHEAD_BYTES;
    // Copied now: the publisher may reuse its buffer. Not `slice`, which a Node Buffer has its own idea of.
    const own = new Uint8Array(data);
    const fanOut = (): void => {
      for (const subscription of this.#subscriptions) {
        if (subscription.topic !== topic) continue;
        this.#plane.send({
          from: BROKER_HOST,
          to: subscription.host,
          bytes,
          onArrival: () => {
            if (this.#subscriptions.has(subscription)) subscription.handler(new Uint8Array(own));
          },
        });
      }
    };
    this.#plane.send({ from, to: BROKER_HOST, bytes, onArrival: fanOut });
  }
}
