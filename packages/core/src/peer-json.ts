import type { Peer } from "./peer.js";
import type { RemotePeerJson } from "./remote-peer.js";

export interface PeerJson {
  readonly id: string;
  readonly room: string;
  readonly metadata: unknown;
  readonly active: boolean;
  readonly remotes: RemotePeerJson[];
  readonly channels: string[];
  readonly streams: string[];
}

export function describePeer({ id, room, metadata, active, remotes, channels, streams }: Peer): PeerJson {
  return {
    id,
    room,
    metadata,
    active,
    remotes: [...remotes.values()].map((remote) => remote.toJSON()),
    channels: [...channels.keys()],
    streams: [...streams.keys()],
  };
}
