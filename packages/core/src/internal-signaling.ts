/** Signals as they go over a driver, for tests that speak the protocol themselves. Apart from `internal`, so that no page loads them before it joins. */
export { createIdentityKey, type IdentityKey } from "./sealing/identity-key.js";
export { createLocalKeys } from "./sealing/local-keys.js";
export { decodeDatagram, encodeRoomDatagram } from "./signaling/datagram.js";
export { Handshakes } from "./signaling/handshakes.js";
export { instanceOf } from "./signaling/instance.js";
export { PairPipe, type PipeSegment } from "./signaling/pair-pipe.js";
