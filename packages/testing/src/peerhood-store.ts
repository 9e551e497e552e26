/** In the place of `peerhood/store`, as `@peerhood/testing/peerhood` is in that of `peerhood`: sessions in a test room. */
import { PeerSession as CoreSession } from "@peerhood/core/store";
import { Peer } from "./peerhood.js";

export * from "@peerhood/core/store";

/** A peer of the test room, for as long as somebody holds it. */
export class PeerSession extends CoreSession {
  constructor() {
    super((options) => new Peer(options));
  }
}
