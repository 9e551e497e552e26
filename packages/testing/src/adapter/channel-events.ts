import type { DataChannelEvent, DataChannelEventType, Logger } from "@peerhood/core";

type Listener = (event: DataChannelEvent) => void;

/** Listeners of one channel, as `EventTarget` has them: each once per type, in order, and none hurts another. */
export class ChannelEvents {
  readonly #logger: Logger;
  readonly #listeners = new Map<DataChannelEventType, Map<Listener, { readonly once: boolean }>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(type: DataChannelEventType, listener: Listener, { once = false }: { once?: boolean } = {}): void {
    let listeners = this.#listeners.get(type);
    if (listeners === undefined) this.#listeners.set(type, (listeners = new Map()));
    if (!listeners.has(listener)) listeners.set(listener, { once });
  }

  remove(type: DataChannelEventType, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  dispatch(type: DataChannelEventType, fields: { data?: unknown } = {}): void {
    const listeners = this.#listeners.get(type);
    if (listeners === undefined) return;
    // Those that are added meanwhile wait for the next event.
    const present = Array.from(listeners);
    for (const [listener, { once }] of present) {
      // Removed by one that was called before it.
      if (!listeners.has(listener)) continue;
      if (once) listeners.delete(listener);
      try {
        listener({ type, ...fields });
      } catch (error) {
        this.#logger.error(`A listener of a channel's ${type} event threw.`, error);
      }
    }
  }
}
