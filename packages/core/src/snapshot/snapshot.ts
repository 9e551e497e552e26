import type { CandidateInfo, ConnectionStage, ConnectionState } from "../adapter.js";
import type { DriverState } from "../driver.js";
import type { PeerhoodErrorCode } from "../errors.js";
import type { RemoteState } from "../events.js";

export interface SnapshotOptions {
  /** Whether IP addresses and ports of the candidate pairs are in it. @default false */
  readonly addresses?: boolean;
}

/**
 * What a peer knows of itself and its room at one moment: plain values that survive JSON. All times are milliseconds of
 * the peer's clock, in pages and in Node that of `performance.now()`; entries of lists are in their order, the newest last.
 * No password, key, SDP or content of a message is in it, and no address of a peer unless asked for. Metadata and labels are,
 * and messages of errors, which may name a server.
 */
export interface PeerSnapshot {
  /** Rises when something that was there is gone or means something else. */
  readonly version: 1;
  /** When it was taken. */
  readonly at: number;
  /** `""` while in no room, as is `room`. */
  readonly id: string;
  readonly room: string;
  readonly active: boolean;
  /** Absent when there is none. */
  readonly metadata?: unknown;
  /** `"browser"`, `"node"`, `"simulated"`. */
  readonly adapter: string;
  readonly signaling: SignalingSnapshot;
  /** Labels of channels that are open for everyone. */
  readonly channels: readonly string[];
  /** Labels of streams that are shared with everyone. */
  readonly streams: readonly string[];
  /** Who is here: members that this peer is connected to, or is about to be. What they have among themselves it does not know. */
  readonly remotes: readonly RemoteSnapshot[];
  /** The last 8 that are gone, without channels and connection. */
  readonly gone: readonly RemoteSnapshot[];
  /** The last 128 of this stay. Messages are counted by channel, not listed here. */
  readonly events: readonly SnapshotEvent[];
  /** The last 32 of this stay, those that are events included. */
  readonly errors: readonly SnapshotError[];
}

export interface SignalingSnapshot {
  /** Of all drivers together; `none`: in no room, and no driver was given. */
  readonly state: DriverState | "none";
  /** Of each driver, if several were given. */
  readonly drivers?: readonly DriverState[];
  /** Messages to the broker and from it, since this peer is in the room; announcements and the noise of others included. */
  readonly messagesSent: number;
  readonly messagesReceived: number;
}

export interface RemoteSnapshot {
  readonly id: string;
  readonly state: RemoteState;
  /** Both let each other in: `peer.remotes` has it, or had it. */
  readonly admitted: boolean;
  /** What it advertises; absent when that is nothing, or not known yet. */
  readonly metadata?: unknown;
  /** The last 32 states. */
  readonly states: readonly SnapshotState[];
  /** The last 128 signals of how the two came to be connected, both ways. */
  readonly signals: readonly SnapshotSignal[];
  /** Those of the library's own included, whose labels begin with `peerhood:`. */
  readonly channels: readonly ChannelSnapshot[];
  /** Labels of what it shares. */
  readonly streams: readonly string[];
  /** Absent while there is none. */
  readonly connection?: ConnectionSnapshot;
}

export interface SnapshotState {
  readonly at: number;
  readonly state: RemoteState;
  /** `resumed`; the reason of `closed`; the code of what failed. */
  readonly detail?: string;
}

/**
 * What two members say to each other until they are connected: they let each other in (`meeting`), agree on a connection
 * (`negotiation`), and talk about what they share and are (`session`).
 */
export type SignalStage = "meeting" | "negotiation" | "session";

export interface SnapshotSignal {
  readonly at: number;
  readonly direction: "sent" | "received";
  readonly stage: SignalStage;
  /**
   * `intro`, `accept`, `refuse`, `verify`; `offer`, `answer`, `candidate`, `end-of-candidates`, `negotiate`, `hello`;
   * `media`, `metadata`, `bye`.
   */
  readonly kind: string;
  /** By way of the broker, or over the connection. */
  readonly via: "driver" | "connection";
  /** Number of the connection within this meeting, from 1; absent where it concerns none. */
  readonly epoch?: number;
  /** Type of a candidate: `host`, `srflx`, `prflx`, `relay`. */
  readonly detail?: string;
}

export interface ChannelSnapshot {
  readonly label: string;
  /** SCTP stream id; `null` until there is one. */
  readonly id: number | null;
  /** Of the native channel; `connecting` while there is none. */
  readonly readyState: "connecting" | "open" | "closing" | "closed";
  readonly ordered: boolean;
  readonly reliable: boolean;
  readonly protocol: string;
  /** Bytes that the native channel has taken and not yet handed to the network. */
  readonly bufferedAmount: number;
  /** Messages under way, both ways. */
  readonly transfers: number;
  /** Handed to this channel by `send`, and begun to arrive, since it was opened, over however many connections. */
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** In frames: what the library adds is in it, what is sent again after a loss of the connection is counted once. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export interface ConnectionSnapshot {
  /** From 1; it rises with each connection that takes the place of another. */
  readonly epoch: number;
  readonly state: ConnectionState;
  /** How far it has come, where that is known. */
  readonly stage?: ConnectionStage;
  /** Another one is being built beside it. */
  readonly building: boolean;
  /** As of the candidate pair's own checks: asking for it sends nothing. */
  readonly roundTripTimeMs?: number;
  /** Of this connection, media included. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Absent until one is selected. */
  readonly candidatePair?: {
    readonly local: CandidateSnapshot;
    readonly remote: CandidateSnapshot;
    /** A TURN server is in between. */
    readonly relayed: boolean;
  };
}

/** Address and port only if they were asked for. */
export type CandidateSnapshot = Pick<CandidateInfo, "type" | "protocol"> & Partial<CandidateInfo>;

export interface SnapshotEvent {
  readonly at: number;
  /** As of `PeerEvents`; `driver` for a change of the driver's state. */
  readonly name: string;
  readonly remoteId?: string;
  readonly label?: string;
  /** A reason, an error's code, a level of quality, a driver's state. */
  readonly detail?: string;
}

export interface SnapshotError {
  readonly at: number;
  readonly code: PeerhoodErrorCode;
  readonly message: string;
  readonly remoteId?: string;
}
