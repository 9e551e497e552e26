import type { DataChannelLike } from "./channel/data-channel-like.js";
import type { IncomingData } from "./channel/transfer/index.js";
import type { PeerhoodError } from "./errors.js";
import type { MediaStreamLike, MediaStreamTrackLike } from "./media/media-types.js";
import type { Quality } from "./quality/quality-level.js";
import type { RemotePeer } from "./remote-peer.js";

/** A member of the room as this side sees it. `disconnected` and `failed` may still lead back to `connected`. */
export type RemoteState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

/**
 * Why a remote is gone: it `left`; nothing was heard in time (`timeout`); one side's `verify` said no (`refused`);
 * it was `kicked`; a newer session took its place (`replaced`); one side called `dispose` (`disposed`); the
 * connection broke or the remote broke the protocol (`failed`).
 */
export type CloseReason = "left" | "timeout" | "refused" | "kicked" | "replaced" | "disposed" | "failed";

interface RemoteEvent<Name extends string> {
  readonly name: Name;
  /** Id of the local peer. */
  readonly id: string;
  readonly remote: RemotePeer;
}

export interface ConnectionEvent<Name extends string> extends RemoteEvent<Name> {
  readonly state: RemoteState;
}

export interface ConnectedEvent extends ConnectionEvent<"connection:connected"> {
  /** The same remote came back after a drop. */
  readonly resumed: boolean;
}

export interface ConnectionFailedEvent extends ConnectionEvent<"connection:failed"> {
  readonly error: PeerhoodError;
}

export interface ConnectionClosedEvent extends ConnectionEvent<"connection:closed"> {
  readonly reason: CloseReason;
  /** With `kicked`: what the other side gave as its reason. Text of another peer's: do not render it as HTML. */
  readonly detail?: string;
}

/** Measured every 2 s while somebody listens; told when the level is known, and when it changes. */
export interface ConnectionQualityEvent extends ConnectionEvent<"connection:quality">, Quality {}

export interface ChannelEvent<Name extends string> extends RemoteEvent<Name> {
  readonly label: string;
  readonly channel: DataChannelLike;
}

export interface ChannelMessageEvent extends ChannelEvent<"channel:message"> {
  /** The message: await it, or read it as a stream. */
  readonly data: IncomingData;
  /** What the sender gave as `info`. */
  readonly info: unknown;
  /** Bytes; `undefined` where the sender does not know. */
  readonly size: number | undefined;
}

export interface ChannelErrorEvent extends RemoteEvent<"channel:error"> {
  readonly label: string;
  /** Absent when the channel never came about. */
  readonly channel: DataChannelLike | undefined;
  readonly error: PeerhoodError;
}

export interface StreamEvent<Name extends string> extends RemoteEvent<Name> {
  readonly label: string;
  /** A `MediaStream` in a browser. At `stream:add` it has its tracks; each `track:add` follows. */
  readonly stream: MediaStreamLike;
}

export interface TrackEvent<Name extends string> extends StreamEvent<Name> {
  readonly track: MediaStreamTrackLike;
}

export interface RemoteMetadataEvent extends RemoteEvent<"remote:metadata"> {
  readonly metadata: unknown;
}

export interface BackgroundErrorEvent {
  readonly name: "error";
  readonly id: string;
  /** Absent when no remote is concerned. */
  readonly remote?: RemotePeer;
  readonly error: PeerhoodError;
}

interface SingleEvents {
  "connection:new": ConnectionEvent<"connection:new">;
  "connection:connecting": ConnectionEvent<"connection:connecting">;
  "connection:connected": ConnectedEvent;
  "connection:disconnected": ConnectionEvent<"connection:disconnected">;
  "connection:failed": ConnectionFailedEvent;
  "connection:closed": ConnectionClosedEvent;
  "connection:quality": ConnectionQualityEvent;
  "channel:new": ChannelEvent<"channel:new">;
  "channel:open": ChannelEvent<"channel:open">;
  "channel:close": ChannelEvent<"channel:close">;
  "channel:message": ChannelMessageEvent;
  "channel:error": ChannelErrorEvent;
  "stream:add": StreamEvent<"stream:add">;
  /** After `track:remove` of each of its tracks. */
  "stream:remove": StreamEvent<"stream:remove">;
  "track:add": TrackEvent<"track:add">;
  "track:remove": TrackEvent<"track:remove">;
  "remote:metadata": RemoteMetadataEvent;
  error: BackgroundErrorEvent;
}

type Group<Prefix extends string> = SingleEvents[Extract<keyof SingleEvents, `${Prefix}:${string}`>];

/** Events of a Peer and of a RemotePeer, by name; a group's name stands for each of its members. */
export interface PeerEvents extends SingleEvents {
  connection: Group<"connection">;
  channel: Group<"channel">;
  stream: Group<"stream">;
  track: Group<"track">;
}
