export type {
  AdapterCapabilities,
  CandidateInfo,
  ChannelInit,
  Connection,
  ConnectionAdapter,
  ConnectionHandlers,
  ConnectionOptions,
  ConnectionState,
  ConnectionStats,
  IceCandidate,
  IceServer,
  SessionDescription,
  SocketEvent,
  SocketLike,
} from "./adapter.js";
export type { Driver, DriverState, DriverSubscription } from "./driver.js";
export type { DataChannelEvent, DataChannelEventType, DataChannelLike } from "./channel/data-channel-like.js";
export { isPeerhoodError, PeerhoodError, type PeerhoodErrorCode, type PeerhoodErrorOptions } from "./errors.js";
export type { Clock, TimerHandle } from "./util/clock.js";
export type { Logger } from "./util/logger.js";
