/** Names for the sibling packages of this repository. No promise is made about them to anybody else. */
export { SignalingGate, type NativeNegotiation } from "./session/signaling-gate.js";
export { checkCandidate, checkDescription } from "./session/sdp-check.js";
export { ChannelEvents, type ChannelListener } from "./channel/channel-events.js";
export { loadPassword } from "./room/load-password.js";
export { loadRoom } from "./room/load-room.js";
export { SerialQueue } from "./util/serial-queue.js";
export { systemClock } from "./util/clock.js";
export { silentLogger, defaultLogger } from "./util/logger.js";
export { toPeerhoodError } from "./errors.js";
export { createDeferred, type Deferred } from "./util/deferred.js";
export { soon } from "./util/microtask.js";
export { withTimeout } from "./util/timeout.js";
export { closedError, DriverStatus } from "./drivers/driver-status.js";
export {
  addHandler,
  checkTopic,
  deliverSoon,
  type MessageHandler,
  type TopicHandlers,
} from "./drivers/topic-handlers.js";
export { CombinedDriver } from "./drivers/combined-driver.js";
