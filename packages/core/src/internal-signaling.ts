/** Signals as they go over a driver, for tests that speak the protocol themselves. Apart from `internal`, so that no page loads them before it joins. */
export { decodeDatagram, encodeDatagram, type Datagram, type PairDatagram } from "./signaling/datagram.js";
export { PairPipe, type PipeSegment } from "./signaling/pair-pipe.js";
