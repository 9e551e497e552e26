/**
 * A value that changes, in the form that React's `useSyncExternalStore` takes, and that Svelte's and Vue's stores are
 * made from in a line. `getSnapshot` returns the same object until something has changed. Both can be handed on as they are,
 * without the store.
 */
export interface Store<Value> {
  /** Calls `listener` after a change, in a microtask, once for all that changed together. Returns a function that stops it. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => Value;
}

/** Listeners of a store, which are told in a microtask: by then whatever tells of a change has been carried through. */
export class Listeners {
  readonly #listeners = new Set<() => void>();
  readonly #start: () => () => void;
  #stop: (() => void) | undefined;
  #telling = false;

  /** @param start listens to the source; called for the first listener. Returns what stops it. */
  constructor(start: () => () => void) {
    this.#start = start;
  }

  subscribe(listener: () => void): () => void {
    // Wrapped, so that the same function given twice is two listeners.
    const own = (): void => listener();
    this.#listeners.add(own);
    this.#stop ??= this.#start();
    return () => {
      this.#listeners.delete(own);
      // Who unsubscribes and subscribes again at once, as React does under StrictMode, misses nothing in between.
      queueMicrotask(() => {
        if (this.#listeners.size > 0) return;
        this.#stop?.();
        this.#stop = undefined;
      });
    };
  }

  tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

/** A store over something that can be read at any time: what it gives stays the same object while it reads the same. */
export function createListStore<Item extends object>(
  read: () => Item[],
  start: (changed: () => void) => () => void,
): Store<readonly Item[]> {
  let last: readonly Item[] = [];
  const listeners = new Listeners(() => start(() => listeners.tell()));
  return {
    subscribe: (listener) => listeners.subscribe(listener),
    getSnapshot: () => {
      // Items that are as before stay the same objects, for whoever compares them one by one.
      const items = read().map((item) => last.find((each) => isSame(each, item)) ?? item);
      if (items.length !== last.length || items.some((item, index) => item !== last[index])) last = items;
      return last;
    },
  };
}

function isSame<Item extends object>(a: Item, b: Item): boolean {
  return Object.entries(b).every(([name, value]) => Object.is(Reflect.get(a, name), value));
}
