export { Peer } from "./peer.js";
export type { PeerJson } from "./peer-json.js";
export type { BroadcastOptions, JoinOptions, PeerOptions, RequestAllOptions } from "./peer-options.js";
export { RemotePeer, type RemotePeerJson, type RemoteStats, type SendOptions } from "./remote-peer.js";
export type {
  BackgroundErrorEvent,
  ChannelErrorEvent,
  ChannelEvent,
  ChannelMessageEvent,
  CloseReason,
  ConnectedEvent,
  ConnectionClosedEvent,
  ConnectionEvent,
  ConnectionFailedEvent,
  ConnectionQualityEvent,
  PeerEvents,
  RemoteMetadataEvent,
  RemoteState,
  StreamEvent,
  TrackEvent,
} from "./events.js";
export type { Quality, QualityLevel } from "./quality/quality-level.js";
export type { Reply, RequestOptions } from "./request/outgoing-request.js";
export type { RequestResult } from "./request/request-all.js";
export type { ReceivedRequest, RequestHandler } from "./request/responders.js";
export type { Fingerprint } from "./sealing/fingerprint.js";
export type { Verify, VerifyRequest } from "./session/admission.js";
export { iceServersFrom, type IceServersFromOptions } from "./room/ice-servers-from.js";
export type { ReconnectPolicy } from "./session/reconnect.js";
export type { IceServerList, IceServersOption } from "./room/ice-server-source.js";
export type { ChannelOptions, OpenOptions } from "./channel/channel-options.js";
export type { IncomingData, Transfer, TransferProgress } from "./channel/transfer/index.js";
export type { DataChannelEvent, DataChannelEventType, DataChannelLike } from "./channel/data-channel-like.js";
export { diagnose, type DiagnoseOptions } from "./diagnose/diagnose.js";
export type { Diagnosis, DiagnosisCheck } from "./diagnose/diagnosis.js";
export type { Driver, DriverState, DriverSubscription } from "./driver.js";
export { MemoryDriver, type MemoryDriverOptions } from "./drivers/memory-driver.js";
export { BroadcastChannelDriver, type BroadcastChannelDriverOptions } from "./drivers/broadcast-channel-driver.js";
export { WebSocketDriver, type WebSocketDriverOptions } from "./drivers/websocket-driver.js";
export {
  createIdentity,
  importIdentity,
  storedIdentity,
  type Identity,
  type IdentityStorage,
} from "./sealing/identity.js";
export { roomTopic } from "./signaling/room-topic.js";
export { isPeerhoodError, PeerhoodError, type PeerhoodErrorCode, type PeerhoodErrorOptions } from "./errors.js";
export type {
  AdapterCapabilities,
  CandidateInfo,
  ChannelInit,
  Connection,
  ConnectionAdapter,
  ConnectionHandlers,
  ConnectionOptions,
  ConnectionStage,
  ConnectionState,
  ConnectionStats,
  HostEvents,
  IceCandidate,
  IceServer,
  IceServerFailure,
  SessionDescription,
  SocketEvent,
  SocketLike,
} from "./adapter.js";
export type { ConnectionMedia, CreateStream, MediaDemand, MediaSender } from "./media/connection-media.js";
export type { ShareOptions } from "./media/share-options.js";
export type { MediaKind, MediaParameters, MediaStreamLike, MediaStreamTrackLike } from "./media/media-types.js";
export type {
  CandidateSnapshot,
  ChannelSnapshot,
  ConnectionSnapshot,
  PeerSnapshot,
  RemoteSnapshot,
  SignalingSnapshot,
  SignalStage,
  SnapshotError,
  SnapshotEvent,
  SnapshotOptions,
  SnapshotSignal,
  SnapshotState,
} from "./snapshot/snapshot.js";
export type { Clock, TimerHandle } from "./util/clock.js";
export type { Logger } from "./util/logger.js";
