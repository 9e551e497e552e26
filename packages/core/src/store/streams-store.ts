import type { MediaStreamLike } from "../media/media-types.js";
import type { ShareOptions } from "../media/share-options.js";
import type { Peer } from "../peer.js";
import type { RemotePeer } from "../remote-peer.js";
import { listen } from "./listen.js";
import { createListStore, type Store } from "./store.js";

export interface StreamSnapshot<Stream = MediaStreamLike> {
  /** Of the remote. */
  readonly id: string;
  readonly remote: RemotePeer;
  readonly stream: Stream;
}

/** What the remotes share under that label. */
export function streamsStore<Stream = MediaStreamLike>(
  peer: Peer,
  label: string,
): Store<readonly StreamSnapshot<Stream>[]> {
  return createListStore(
    () =>
      [...peer.remotes.values()].flatMap((remote) => {
        const stream = remote.streams.get(label);
        return stream === undefined ? [] : [{ id: remote.id, remote, stream: stream as Stream }];
      }),
    (changed) => listen(peer, ["stream:add", "stream:remove", "connection:closed"], changed),
  );
}

/** How many hold each shared label. */
const holders = new WeakMap<Peer, Map<string, number>>();

/**
 * Shares a stream with everyone for as long as somebody holds its label. Returns a function that lets go of it; who takes
 * it again in the same turn, as React does under StrictMode, costs no negotiation.
 */
export function holdShared(peer: Peer, share: ShareOptions & { readonly label: string }): () => void {
  const { label } = share;
  const counts = holders.get(peer) ?? new Map<string, number>();
  holders.set(peer, counts);
  counts.set(label, (counts.get(label) ?? 0) + 1);
  peer.share(share);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    counts.set(label, (counts.get(label) ?? 1) - 1);
    queueMicrotask(() => {
      if (counts.get(label) !== 0) return;
      counts.delete(label);
      peer.unshare(label);
    });
  };
}
