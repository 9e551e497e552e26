import { createDeferred, type Deferred } from "@peerhood/core/internal";

/** Calls that wait for the broker's reply, by what it will be told by. Several under one key are answered in turn. */
export class Replies<T = void> {
  readonly #waiting = new Map<string, Deferred<T>[]>();

  wait(key: string): Promise<T> {
    const reply = createDeferred<T>();
    const list = this.#waiting.get(key);
    if (list) list.push(reply);
    else this.#waiting.set(key, [reply]);
    return reply.promise;
  }

  /** Whether anybody waited. */
  resolve(key: string, value: T): boolean {
    const reply = this.#take(key);
    reply?.resolve(value);
    return reply !== undefined;
  }

  reject(key: string, error: unknown): boolean {
    const reply = this.#take(key);
    reply?.reject(error);
    return reply !== undefined;
  }

  rejectAll(error: unknown): void {
    const lists = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const reply of lists.flat()) reply.reject(error);
  }

  #take(key: string): Deferred<T> | undefined {
    const list = this.#waiting.get(key);
    const reply = list?.shift();
    if (list?.length === 0) this.#waiting.delete(key);
    return reply;
  }
}
