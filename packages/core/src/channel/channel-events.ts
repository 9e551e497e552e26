import type { Logger } from "../util/logger.js";
import type { DataChannelEvent, DataChannelEventType } from "./data-channel-like.js";

export type ChannelListener = (event: DataChannelEvent) => unknown;

interface Entry {
  readonly listener: ChannelListener;
  readonly once: boolean;
  removed: boolean;
}

const NONE: readonly Entry[] = [];

/**
 * The listeners of one channel that is no `RTCDataChannel`, as the DOM's `EventTarget` has them. Node's own ends the
 * process when a listener throws; here it is logged and hurts nobody, and the same goes for the promise of an async one.
 */
export class ChannelEvents {
  readonly #logger: Logger;
  /** The lists are never changed but replaced, so that listeners may come and go while they are called. */
  readonly #entries = new Map<DataChannelEventType, readonly Entry[]>();
  readonly #attributes = new Map<DataChannelEventType, ChannelListener>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(type: DataChannelEventType, listener: ChannelListener, once = false): void {
    const entries = this.#entries.get(type) ?? NONE;
    if (entries.some((entry) => entry.listener === listener)) return;
    this.#entries.set(type, [...entries, { listener, once, removed: false }]);
  }

  remove(type: DataChannelEventType, listener: ChannelListener): void {
    const entries = this.#entries.get(type) ?? NONE;
    const entry = entries.find((one) => one.listener === listener);
    if (!entry) return;
    entry.removed = true;
    this.#entries.set(
      type,
      entries.filter((one) => one !== entry),
    );
  }

  /** The listener that was set as an attribute: `onopen`, `onmessage`… */
  attribute(type: DataChannelEventType): ChannelListener | null {
    return this.#attributes.get(type) ?? null;
  }

  setAttribute(type: DataChannelEventType, listener: ChannelListener | null): void {
    // A place in the order is taken by the first listener that is set, and kept by those that replace it.
    if (typeof listener === "function") {
      this.#attributes.set(type, listener);
      this.add(type, this.#callAttribute);
    } else {
      this.#attributes.delete(type);
      this.remove(type, this.#callAttribute);
    }
  }

  emit(type: DataChannelEventType, event: DataChannelEvent): void {
    for (const entry of this.#entries.get(type) ?? NONE) {
      if (entry.removed) continue;
      if (entry.once) this.remove(type, entry.listener);
      try {
        const result = entry.listener(event);
        if (isThenable(result)) result.then(undefined, this.#report);
      } catch (error) {
        this.#report(error);
      }
    }
  }

  readonly #callAttribute = (event: DataChannelEvent): unknown =>
    this.#attributes.get(event.type as DataChannelEventType)?.(event);

  readonly #report = (error: unknown): void => {
    this.#logger.error("A listener of a data channel threw.", error);
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
