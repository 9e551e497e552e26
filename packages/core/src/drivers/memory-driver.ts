import type { Driver, DriverState, DriverSubscription } from "../driver.js";
import { DriverStatus } from "./driver-status.js";
import { addHandler, checkTopic, deliverSoon, type MessageHandler, type TopicHandlers } from "./topic-handlers.js";

/** What several MemoryDrivers share: handlers by topic. */
export type MemoryBus = TopicHandlers;

export interface MemoryDriverOptions {
  /** A bus of one's own, to keep tests apart: `new Map()`. @default the one bus of the process */
  readonly bus?: MemoryBus;
}

/**
 * Signaling within one process: all MemoryDrivers share a bus, whichever copy of this package made them.
 * Messages arrive in a microtask, each handler gets bytes of its own. Always open until closed, never keeps a
 * process alive.
 */
export class MemoryDriver implements Driver {
  readonly #bus: MemoryBus;
  readonly #status = new DriverStatus("open");
  readonly #removals = new Set<() => void>();

  constructor(options: MemoryDriverOptions = {}) {
    this.#bus = options.bus ?? processBus();
  }

  get state(): DriverState {
    return this.#status.state;
  }

  async subscribe(topic: string, handler: MessageHandler): Promise<DriverSubscription> {
    this.#status.assertUsable();
    checkTopic(topic);
    const remove = addHandler(this.#bus, topic, (data) => void this.#status.guard(() => handler(data)));
    this.#removals.add(remove);
    return {
      unsubscribe: async () => {
        this.#removals.delete(remove);
        remove();
      },
    };
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    this.#status.assertUsable();
    checkTopic(topic);
    deliverSoon(this.#bus, topic, data);
  }

  on(event: "state" | "error", handler: (value: unknown) => void): () => void {
    return this.#status.listen(event, handler);
  }

  async close(): Promise<void> {
    for (const remove of this.#removals) remove();
    this.#removals.clear();
    this.#status.state = "closed";
  }
}

/** Under `Symbol.for`, so that an ESM and a CJS copy of this package in one process meet. */
function processBus(): MemoryBus {
  const holder = globalThis as { [key: symbol]: MemoryBus | undefined };
  return (holder[Symbol.for("peerhood.memory-bus")] ??= new Map());
}
