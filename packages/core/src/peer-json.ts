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
