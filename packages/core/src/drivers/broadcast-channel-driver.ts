import type { Driver, DriverState, DriverSubscription } from "../driver.js";
import { PeerhoodError } from "../errors.js";
import { DriverStatus } from "./driver-status.js";
import { addHandler, checkTopic, deliverSoon, type MessageHandler, type TopicHandlers } from "./topic-handlers.js";

export interface BroadcastChannelDriverOptions {
  /** Name of the underlying channel; only drivers of the same name hear each other. @default "peerhood" */
  readonly name?: string;
}

/**
 * Signaling between the tabs, frames and workers of one origin, or the threads of one Node process. Needs no server.
 * Does not keep a Node process alive.
 * @throws PeerhoodError `DRIVER_FAILED` from the constructor, where the runtime has no BroadcastChannel
 */
export class BroadcastChannelDriver implements Driver {
  readonly #status = new DriverStatus("open");
  readonly #topics: TopicHandlers = new Map();
  readonly #channel: BroadcastChannel;

  constructor(options: BroadcastChannelDriverOptions = {}) {
    if (typeof BroadcastChannel !== "function") {
      throw new PeerhoodError("DRIVER_FAILED", "This runtime has no BroadcastChannel; use a WebSocketDriver.");
    }
    this.#channel = new BroadcastChannel(options.name ?? "peerhood");
    this.#channel.onmessage = (event: { readonly data: unknown }) => this.#receive(event.data);
    // Node only. After `onmessage`, which takes a reference.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  get state(): DriverState {
    return this.#status.state;
  }

  async subscribe(topic: string, handler: MessageHandler): Promise<DriverSubscription> {
    this.#status.assertUsable();
    checkTopic(topic);
    const remove = addHandler(this.#topics, topic, (data) => void this.#status.guard(() => handler(data)));
    return { unsubscribe: async () => void remove() };
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    this.#status.assertUsable();
    checkTopic(topic);
    // A copy, since cloning a view would send the whole of the buffer behind it.
    this.#channel.postMessage({ topic, data: new Uint8Array(data) });
    // A BroadcastChannel does not hear itself.
    deliverSoon(this.#topics, topic, data);
  }

  on(event: "state" | "error", handler: (value: unknown) => void): () => void {
    return this.#status.listen(event, handler);
  }

  async close(): Promise<void> {
    for (const handlers of this.#topics.values()) handlers.clear();
    this.#topics.clear();
    this.#channel.close();
    this.#status.state = "closed";
  }

  /** Any script of the origin can post to the channel: what is not of our shape is not for us. */
  #receive(message: unknown): void {
    const { topic, data } = (message ?? {}) as { topic?: unknown; data?: unknown };
    if (typeof topic === "string" && isBytes(data)) deliverSoon(this.#topics, topic, data);
  }
}

/** By tag: a message may come from another realm. */
function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === "[object Uint8Array]";
}
