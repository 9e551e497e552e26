import { EventEmitter } from "eventemitter3";

type Listener = (event: never) => unknown;

/**
 * Typed events, delivered synchronously and in order. A listener that throws, or is async and rejects, disturbs
 * neither the others nor the emitter: the failure is handed to `onListenerError`.
 */
export class Emitter<Events extends object> {
  readonly #events = new EventEmitter();
  /** One guard per listener, so that `off` finds it again. */
  readonly #guards = new WeakMap<Listener, (event: unknown) => void>();
  readonly #onListenerError: (error: unknown, name: string) => void;
  /** By event: messages are many, and to cut their name costs as much as to deliver them. */
  readonly #groups = new Map<string, string>();

  protected constructor(onListenerError: (error: unknown, name: string) => void) {
    this.#onListenerError = onListenerError;
  }

  on<K extends keyof Events & string>(name: K, listener: (event: Events[K]) => unknown): this {
    this.#events.on(name, this.#guard(listener, name));
    return this;
  }

  once<K extends keyof Events & string>(name: K, listener: (event: Events[K]) => unknown): this {
    this.#events.once(name, this.#guard(listener, name));
    return this;
  }

  /** Without a listener: removes all of that name. */
  off<K extends keyof Events & string>(name: K, listener?: (event: Events[K]) => unknown): this {
    if (listener === undefined) this.#events.removeAllListeners(name);
    else {
      const guard = this.#guards.get(listener);
      if (guard !== undefined) this.#events.off(name, guard);
    }
    return this;
  }

  /** Calls the listeners of `name`, then those of its group. Returns whether there was any. */
  emit<K extends keyof Events & string>(name: K, event: Events[K]): boolean {
    const heard = this.#events.emit(name, event);
    return this.#events.emit(this.#groupOf(name), event) || heard;
  }

  /** Whether anybody would hear that event, by its own name or its group's. */
  listens(name: keyof Events & string): boolean {
    return this.#events.listenerCount(name) + this.#events.listenerCount(this.#groupOf(name)) > 0;
  }

  /** `connection:new` also fires as `connection`; an event of no group has none that anybody can listen to. */
  #groupOf(name: string): string {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = name.includes(":") ? name.slice(0, name.indexOf(":")) : "";
      this.#groups.set(name, group);
    }
    return group;
  }

  #guard(listener: Listener, name: string): (event: unknown) => void {
    let guard = this.#guards.get(listener);
    if (guard === undefined) {
      const onRejection = (error: unknown): void => this.#onListenerError(error, name);
      guard = (event) => {
        try {
          const result = listener(event as never);
          if (isThenable(result)) result.then(undefined, onRejection);
        } catch (error) {
          this.#onListenerError(error, name);
        }
      };
      this.#guards.set(listener, guard);
    }
    return guard;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
