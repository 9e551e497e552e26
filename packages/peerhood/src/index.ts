export { Peer, type PeerOptions } from "./peer.js";
export { WebSocketDriver, type WebSocketDriverOptions } from "./websocket-driver.js";
export {
  BroadcastChannelDriver,
  isPeerhoodError,
  MemoryDriver,
  PeerhoodError,
  RemotePeer,
  roomTopic,
} from "@peerhood/core";
/** All types of core, `Peer` and `WebSocketDriver` excepted, which are the ones above. */
export type * from "@peerhood/core";
