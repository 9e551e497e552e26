/** Names for the sibling packages of this repository. No promise is made about them to anybody else. */
export { SignalingGate, type NativeNegotiation } from "./session/signaling-gate.js";
export { checkCandidate, checkDescription } from "./session/sdp-check.js";
export { ChannelEvents, type ChannelListener } from "./channel/channel-events.js";
export { loadRoom } from "./room/load-room.js";
export { SerialQueue } from "./util/serial-queue.js";
export { systemClock } from "./util/clock.js";
export { silentLogger, defaultLogger } from "./util/logger.js";
export { toPeerhoodError } from "./errors.js";
export { DriverStatus } from "./drivers/driver-status.js";
export { checkTopic } from "./drivers/topic-handlers.js";
