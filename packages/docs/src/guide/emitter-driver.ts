import type { EventEmitter } from "node:events";
import { PeerhoodError, type Driver, type DriverState } from "peerhood";

type Handler = (data: Uint8Array) => unknown;
type Listener = (value: unknown) => void;

/** Signaling over a Node EventEmitter, which stands here for the client of a broker. */
export class EmitterDriver implements Driver {
  state: DriverState = "open";
  readonly #bus: EventEmitter;
  readonly #listeners = { state: new Set<Listener>(), error: new Set<Listener>() };
  readonly #leaving = new Set<() => void>();

  constructor(bus: EventEmitter) {
    this.#bus = bus;
  }

  async subscribe(topic: string, handler: Handler): Promise<{ unsubscribe(): Promise<void> }> {
    this.#check(topic);
    const receive = (data: Uint8Array): void => void this.#call(handler, new Uint8Array(data));
    const leave = (): void => void this.#bus.off(`signal:${topic}`, receive);
    this.#bus.on(`signal:${topic}`, receive);
    this.#leaving.add(leave);
    return { unsubscribe: async () => leave() };
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    this.#check(topic);
    this.#bus.emit(`signal:${topic}`, new Uint8Array(data));
  }

  on(event: "state" | "error", handler: Listener): () => void {
    const own: Listener = (value) => handler(value);
    this.#listeners[event].add(own);
    return () => void this.#listeners[event].delete(own);
  }

  async close(): Promise<void> {
    if (this.state === "closed") return;
    this.state = "closed";
    for (const leave of this.#leaving) leave();
    for (const listener of this.#listeners.state) listener("closed");
  }

  #check(topic: string): void {
    if (this.state === "closed") throw new PeerhoodError("DRIVER_CLOSED", "The driver is closed; make a new one.");
    if (!/^[\w./-]{1,256}$/.test(topic)) throw new PeerhoodError("INVALID_ARGUMENT", "That is not a topic.");
  }

  async #call(handler: Handler, data: Uint8Array): Promise<void> {
    try {
      await handler(data);
    } catch (error) {
      for (const listener of this.#listeners.error) listener(error);
    }
  }
}
