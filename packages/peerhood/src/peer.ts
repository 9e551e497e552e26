import { adapter } from "#adapter";
import { type ConnectionAdapter, Peer as CorePeer, type PeerOptions as CorePeerOptions } from "@peerhood/core";

export interface PeerOptions extends Omit<CorePeerOptions, "adapter"> {
  /** @default the one for the runtime that this package was resolved for; tests pass the simulated one */
  readonly adapter?: ConnectionAdapter;
}

/** The local member of a room. See `Peer` of `@peerhood/core`; here the adapter is filled in. */
export class Peer extends CorePeer {
  /** @throws PeerhoodError `INVALID_ARGUMENT` */
  constructor(options: PeerOptions = {}) {
    super({ ...options, adapter: options.adapter ?? adapter });
  }
}
