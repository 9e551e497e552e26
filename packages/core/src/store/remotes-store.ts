import type { RemoteState } from "../events.js";
import type { Peer } from "../peer.js";
import type { RemotePeer } from "../remote-peer.js";
import { listen } from "./listen.js";
import { createListStore, type Store } from "./store.js";

/** How a remote is right now; another object when that changes. */
export interface RemoteSnapshot<Metadata = unknown> {
  readonly id: string;
  readonly metadata: Metadata;
  readonly state: RemoteState;
  readonly remote: RemotePeer;
}

const EVENTS = [
  "connection:new",
  "connection:connecting",
  "connection:connected",
  "connection:disconnected",
  "connection:failed",
  "connection:closed",
  "remote:metadata",
] as const;

/** The other members of the room, those that are gone excepted, in the order in which they were met. */
export function remotesStore<Metadata = unknown>(peer: Peer): Store<readonly RemoteSnapshot<Metadata>[]> {
  return createListStore(
    () =>
      [...peer.remotes.values()]
        .filter(({ state }) => state !== "closed")
        .map((remote) => {
          const { id, state, metadata } = remote;
          return { id, state, metadata: metadata as Metadata, remote };
        }),
    (changed) => listen(peer, EVENTS, changed),
  );
}
