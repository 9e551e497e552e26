export { diagnose, type DiagnoseOptions } from "./diagnose.js";
export { Peer, type PeerOptions } from "./peer.js";
export { WebSocketDriver, type WebSocketDriverOptions } from "./websocket-driver.js";
export {
  BroadcastChannelDriver,
  createIdentity,
  iceServersFrom,
  importIdentity,
  isPeerhoodError,
  MemoryDriver,
  PeerhoodError,
  RemotePeer,
  roomTopic,
  storedIdentity,
} from "@peerhood/core";
/** All types of core, `Peer`, `WebSocketDriver` and `diagnose` excepted, which are the ones above. */
export type * from "@peerhood/core";
