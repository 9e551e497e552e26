import { networkInterfaces } from "node:os";
import type { HostEvents } from "@peerhood/core";
import { NETWORK_POLL_MS } from "./constants.js";

/** Node tells nobody when an address comes or goes, so it is looked at; a process has no page that could go away. */
export function watchHost({ networkChanged }: HostEvents, read: () => string = addresses): () => void {
  let last = read();
  const timer = setInterval(() => {
    const now = read();
    if (now === last) return;
    last = now;
    networkChanged();
  }, NETWORK_POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function addresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.map(({ address, cidr }) => cidr ?? address).join();
}
