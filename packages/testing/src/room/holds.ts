import { Partitions } from "../network/partitions.js";

/** Which hosts of real connections can not reach each other, and what waits until they can. */
export class Holds {
  readonly #hostOf = new Map<string, string>();
  readonly #waiting = new Set<() => void>();
  #partitions = new Partitions();

  split(groups: readonly (readonly string[])[]): void {
    this.#partitions = new Partitions();
    for (const hosts of groups) this.#partitions.split(hosts);
    this.#release();
  }

  heal(): void {
    this.#partitions.heal();
    this.#release();
  }

  areSevered(a: string, b: string): boolean {
    return this.#partitions.areSevered(a, b);
  }

  /** Calls `task` when the partition changes next. Returns a function that calls it off. */
  onChange(task: () => void): () => void {
    this.#waiting.add(task);
    return () => this.#waiting.delete(task);
  }

  /** Each connection's certificate tells whose it is (RFC 8122). */
  learn(sdp: string, host: string): void {
    this.#hostOf.set(fingerprintOf(sdp), host);
  }

  hostOf(sdp: string): string | undefined {
    return this.#hostOf.get(fingerprintOf(sdp));
  }

  #release(): void {
    for (const task of this.#waiting) task();
  }
}

function fingerprintOf(sdp: string): string {
  return /^a=fingerprint:\S+ (\S+)/im.exec(sdp)?.[1]?.toUpperCase() ?? "";
}
