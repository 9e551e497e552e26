import type { Driver, DriverState, DriverSubscription } from "peerhood";

interface Told {
  readonly topic: string;
  /** Base64. */
  readonly data: string;
}

/**
 * Signaling through the process that started this one: inside a network namespace nothing else is in reach. The parent
 * tells every child what one of them says, that one included.
 */
export class ParentDriver implements Driver {
  readonly state: DriverState = "open";
  readonly #handlers = new Map<string, Set<(data: Uint8Array) => void>>();

  constructor() {
    process.on("message", ({ told }: { told?: Told }) => {
      if (told === undefined) return;
      for (const handler of this.#handlers.get(told.topic) ?? []) handler(Buffer.from(told.data, "base64"));
    });
  }

  async subscribe(topic: string, handler: (data: Uint8Array) => void): Promise<DriverSubscription> {
    const handlers = this.#handlers.get(topic) ?? new Set();
    this.#handlers.set(topic, handlers.add(handler));
    return { unsubscribe: async () => void handlers.delete(handler) };
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    process.send?.({ told: { topic, data: Buffer.from(data).toString("base64") } satisfies Told });
  }

  on(): () => void {
    return () => {};
  }

  async close(): Promise<void> {}
}
