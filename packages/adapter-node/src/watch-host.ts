import { networkInterfaces } from "node:os";
import type { HostEvents } from "@peerhood/core";
import { NETWORK_POLL_MS } from "./constants.js";

/** Whoever wants to know when this machine's addresses change; they are looked at once for all. */
export class HostWatch {
  readonly #read: () => string;
  readonly #watchers = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #last = "";

  constructor(read: () => string = addresses) {
    this.#read = read;
  }

  /** Returns what ends it. */
  add({ networkChanged }: HostEvents): () => void {
    // Two that share a function are two.
    const watcher = (): void => networkChanged();
    this.#watchers.add(watcher);
    if (this.#timer === undefined) {
      this.#last = this.#read();
      this.#timer = setInterval(() => this.#look(), NETWORK_POLL_MS).unref();
    }
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #look(): void {
    const now = this.#read();
    if (now === this.#last) return;
    this.#last = now;
    for (const watcher of this.#watchers) watcher();
  }
}

const host = new HostWatch();

/** Node tells nobody when an address comes or goes, so it is looked at; a process has no page that could go away. */
export function watchHost(events: HostEvents): () => void {
  return host.add(events);
}

function addresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.map(({ address, cidr }) => cidr ?? address).join();
}
