/**
 * A peer, its remotes, channels, streams and transfers as stores (`subscribe`, `getSnapshot`), for views of any framework.
 * `@peerhood/react` has them as hooks.
 */
import { PeerSession as CoreSession } from "@peerhood/core/store";
import { Peer } from "./peer.js";

/** `PeerSession` excepted, which is the one below. */
export * from "@peerhood/core/store";

/** A peer that is in a room for as long as somebody holds it. */
export class PeerSession extends CoreSession {
  constructor() {
    super((options) => new Peer(options));
  }
}
