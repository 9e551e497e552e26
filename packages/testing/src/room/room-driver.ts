import type { Driver, DriverState, DriverSubscription } from "@peerhood/core";

/**
 * The driver of an application under test, whatever it asked for: signaling over the room's broker. It is on the host of
 * the peer that takes it first.
 */
export class RoomDriver implements Driver {
  readonly #create: (host: string | undefined) => Driver;
  #driver: Driver | undefined;
  #listeners = 0;
  #closed = false;

  constructor(create: (host: string | undefined) => Driver) {
    this.#create = create;
  }

  get state(): DriverState {
    return this.#driver?.state ?? (this.#closed ? "closed" : "open");
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Listeners of `on` that were not taken off. */
  get listeners(): number {
    return this.#listeners;
  }

  /** From now on it is that host's, unless it is in use already. */
  bind(host: string): void {
    this.#driver ??= this.#create(host);
  }

  subscribe(topic: string, handler: (data: Uint8Array) => void): Promise<DriverSubscription> {
    return this.#bound.subscribe(topic, handler);
  }

  publish(topic: string, data: Uint8Array): Promise<void> {
    return this.#bound.publish(topic, data);
  }

  on(event: "state" | "error", handler: (value: unknown) => void): () => void {
    const off = this.#bound.on(event, handler);
    this.#listeners++;
    let listening = true;
    return () => {
      if (listening) this.#listeners--;
      listening = false;
      off();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#bound.close();
  }

  get #bound(): Driver {
    return (this.#driver ??= this.#create(undefined));
  }
}
