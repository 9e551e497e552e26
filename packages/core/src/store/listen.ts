import type { PeerEvents } from "../events.js";
import type { Peer } from "../peer.js";

type EventName = keyof PeerEvents & string;

/** Listens to several events, each by its own name: who listens to all of `connection` has its quality measured. */
export function listen(peer: Peer, names: readonly EventName[], listener: () => void): () => void {
  for (const name of names) peer.on(name, listener);
  return () => {
    for (const name of names) peer.off(name, listener);
  };
}
