import type { Logger } from "@peerhood/core";

export interface MediaEvent<Type extends string = string> {
  readonly type: Type;
  readonly target: object;
}

type Listener<Type extends string> = (event: MediaEvent<Type>) => unknown;

/**
 * Listeners as `EventTarget` has them. Node's own ends the process when a listener throws; here it is logged and hurts
 * nobody.
 */
export class MediaEvents<Type extends string> {
  readonly #target: object;
  readonly #logger: Logger;
  readonly #listeners = new Map<Type, Map<Listener<Type>, { readonly once: boolean }>>();

  constructor(target: object, logger: Logger) {
    this.#target = target;
    this.#logger = logger;
  }

  add(type: Type, listener: Listener<Type>, once = false): void {
    const listeners = this.#listeners.get(type) ?? new Map<Listener<Type>, { readonly once: boolean }>();
    this.#listeners.set(type, listeners);
    if (!listeners.has(listener)) listeners.set(listener, { once });
  }

  remove(type: Type, listener: Listener<Type>): void {
    this.#listeners.get(type)?.delete(listener);
  }

  emit(type: Type): void {
    const listeners = this.#listeners.get(type);
    // Those that listen in this moment: some may come and go while they are called.
    const present = [...(listeners ?? [])];
    for (const [listener, { once }] of present) {
      if (!listeners?.has(listener)) continue;
      if (once) listeners.delete(listener);
      void this.#call(listener, { type, target: this.#target });
    }
  }

  async #call(listener: Listener<Type>, event: MediaEvent<Type>): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.#logger.error(`A listener of a media track or stream threw on "${event.type}".`, error);
    }
  }
}
