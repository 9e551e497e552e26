import type { DataChannelLike } from "./channel/data-channel-like.js";
import type { PeerhoodError } from "./errors.js";
import type { ConnectionMedia, CreateStream } from "./media/connection-media.js";
import type { Clock } from "./util/clock.js";
import type { Logger } from "./util/logger.js";

/**
 * The seam between peerhood and a runtime. An adapter supplies functions, holds no state of its own and knows
 * neither rooms nor signaling. `adapterConformance` of `@peerhood/testing` is the executable form of this contract.
 */
export interface ConnectionAdapter {
  /** Short name for logs and statistics: `"browser"`, `"node"`, `"simulated"`. */
  readonly name: string;
  readonly capabilities: AdapterCapabilities;
  /** Absent: the runtime's own clock. */
  readonly clock?: Clock;
  /** Random bytes for ids and session numbers. Absent: `crypto.getRandomValues`. */
  readonly randomBytes?: (length: number) => Uint8Array;
  /**
   * Loads what connections need; `join` waits for it, and rejects where something is missing. Absent: nothing to load.
   * @throws PeerhoodError `NATIVE_MODULE_MISSING`, `MODULE_LOAD_FAILED`
   */
  load?(): void | Promise<void>;
  /**
   * Makes a connection that has not contacted anything yet. To be called after `load`.
   * @throws PeerhoodError `TOO_MANY_CONNECTIONS` (retryable), `INVALID_STATE` (not loaded), `INVALID_ARGUMENT` (bad ICE server)
   */
  createConnection(options: ConnectionOptions): Connection;
  /** Makes a stream without tracks. Absent where there is no media. */
  readonly createStream?: CreateStream;
  /**
   * Tells what happens to this machine or page and concerns all connections, until the returned function is called. It
   * keeps no process alive. Absent: nothing is known here.
   */
  watchHost?(events: HostEvents): () => void;
  /** Opens a WebSocket, for `WebSocketDriver`. `url` is `ws:` or `wss:`. */
  createSocket(url: string): SocketLike;
}

export interface HostEvents {
  /** Addresses came or went, or the machine is online again: connections may be dead and not know it. */
  networkChanged(): void;
  /** This page is about to end, or to be put away: what is to be said must be said within this call. */
  goingAway(): void;
}

/** What differs between runtimes, as data. */
export interface AdapterCapabilities {
  /** `createOffer({ iceRestart: true })` works. */
  readonly iceRestart: boolean;
  /** Frame size in bytes that moves bulk data fastest here. */
  readonly bulkFrameBytes: number;
}

/** As `RTCIceServer` (W3C WebRTC 1.0, section 4.2.2). */
export interface IceServer {
  /** `stun:`, `stuns:`, `turn:` or `turns:` URLs. */
  readonly urls: string | string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface ConnectionOptions {
  readonly iceServers: readonly IceServer[];
  readonly iceTransportPolicy: "all" | "relay";
  readonly handlers: ConnectionHandlers;
  readonly logger: Logger;
}

/**
 * What a connection tells. Handlers are called one at a time, never from within a call of a method of the same
 * connection, and never after the promise of `close()` has resolved. What they throw is the caller's fault; the
 * adapter catches and logs it, and nothing else happens.
 */
export interface ConnectionHandlers {
  /** A local candidate to send to the other side; `null` when gathering is complete. */
  candidate(candidate: IceCandidate | null): void;
  /** Each change of `state`, the last one being `closed`. */
  state(state: ConnectionState): void;
  /** The remote opened a channel in-band, which peerhood never does. The adapter has closed it already. */
  unexpectedChannel(label: string): void;
  /** A STUN or TURN server did not do what it is for; told before the end of candidates. */
  serverFailed?(failure: IceServerFailure): void;
  /** A background failure that ended nothing. */
  error(error: PeerhoodError): void;
}

export interface IceServerFailure {
  /** As in `IceServer.urls`, or with the port where that has none. No credentials in it. */
  readonly url: string;
  /** Error code of STUN or TURN (RFC 8656, section 19); 701, or absent: the server did not answer. */
  readonly code?: number;
  /** What the server said; may be empty. */
  readonly text: string;
}

/**
 * How far a connection has come, kept when it fails: no candidate pair has answered yet (`path`), one has (`encryption`),
 * DTLS is done as well (`channels`).
 */
export type ConnectionStage = "path" | "encryption" | "channels";

/** As `RTCPeerConnectionState`. `disconnected` may recover in a browser; `failed` and `closed` never do. */
export type ConnectionState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

export interface SessionDescription {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** As `RTCIceCandidateInit`. An empty `candidate` string ends the candidates of one generation (RFC 8838). */
export interface IceCandidate {
  readonly candidate: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

/** Options of a negotiated data channel: both sides create it with the same values, nothing goes in-band. */
export interface ChannelInit {
  readonly label: string;
  /** SCTP stream id, 0 to 1,023. */
  readonly id: number;
  /** @default true */
  readonly ordered?: boolean;
  /** Milliseconds, 0 to 65,535. Not together with `maxRetransmits`. */
  readonly maxPacketLifeTime?: number;
  /** 0 to 65,535. */
  readonly maxRetransmits?: number;
  /** @default "" */
  readonly protocol?: string;
}

/**
 * One WebRTC connection. Calls that negotiate go through one queue in the order of the calls; candidates that
 * arrive before the description they belong to are kept (at most 256) and applied after it. A call that cannot be
 * carried out rejects with a PeerhoodError and changes nothing; after `close` they reject with `CONNECTION_CLOSED`.
 */
export interface Connection {
  /** The runtime's own object: `RTCPeerConnection`, or node-datachannel's `PeerConnection`. */
  readonly native: unknown;
  readonly state: ConnectionState;
  /** Absent: not known here. */
  readonly stage?: ConnectionStage;
  /** Absent where there is no media. */
  readonly media?: ConnectionMedia;
  /** Largest message in bytes that the other side takes; 65,536 until it has said so (RFC 8841, section 6.1). */
  readonly maxMessageBytes: number;
  /**
   * Makes an offer and sets it as the local description. Needs at least one channel.
   * @throws PeerhoodError `INVALID_STATE` if an offer is under way, or `iceRestart` is asked where it is not supported
   */
  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription>;
  /**
   * Takes the remote offer and returns the answer, which is set as the local description.
   * @throws PeerhoodError `INVALID_DESCRIPTION`, `INVALID_STATE`
   */
  acceptOffer(offer: SessionDescription): Promise<SessionDescription>;
  /** @throws PeerhoodError `INVALID_DESCRIPTION`, `INVALID_STATE` if no offer is out */
  acceptAnswer(answer: SessionDescription): Promise<void>;
  /** @throws PeerhoodError `INVALID_CANDIDATE` */
  addCandidate(candidate: IceCandidate | null): Promise<void>;
  /**
   * Creates this side's end of a negotiated channel. Nothing may be sent on it before the other side has created
   * its own.
   * @throws PeerhoodError `INVALID_ARGUMENT` (id out of range or in use), `CONNECTION_CLOSED`
   */
  createChannel(init: ChannelInit): DataChannelLike;
  stats(): Promise<ConnectionStats>;
  /**
   * Something that differs from the last time when anything for a channel has arrived since, be it an acknowledgement.
   * Absent where `bytesReceived` of `stats()` does.
   */
  lifeSign?(): string;
  /** Closes channels, then the connection. Resolves when no native handle is left. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** Same shape in every runtime. Absent: not known here, or not yet. */
export interface ConnectionStats {
  readonly roundTripTimeMs?: number;
  /** Payload and protocol bytes since the beginning, over whichever candidate pairs. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /**
   * Packets whose fate this side knows, and those of them that were lost, since the beginning: of media, both ways in
   * browsers, incoming in Node. Of data channels neither runtime tells.
   */
  readonly packets?: { readonly known: number; readonly lost: number };
  readonly selectedCandidatePair?: {
    readonly local: CandidateInfo;
    readonly remote: CandidateInfo;
  };
}

export interface CandidateInfo {
  readonly type: "host" | "srflx" | "prflx" | "relay";
  readonly protocol: "udp" | "tcp";
  /** IP address or mDNS name; empty where the browser hides it. */
  readonly address: string;
  readonly port: number;
}

/** The part of the W3C `WebSocket` that `WebSocketDriver` uses; the `ws` package's class fits too. */
export interface SocketLike {
  binaryType: string;
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string): void;
  send(data: ArrayBufferView): void;
  close(code?: number, reason?: string): void;
  /** Drops the connection without a closing handshake, which a dead server would never answer. `ws` has it. */
  terminate?(): void;
  /** Lets the process end although the socket is open, and takes that back. Node only; called on open sockets. */
  unref?(): void;
  ref?(): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: SocketEvent) => void): void;
  removeEventListener(type: "open" | "message" | "close" | "error", listener: (event: SocketEvent) => void): void;
}

export interface SocketEvent {
  readonly type: string;
  /** `string` or `ArrayBuffer`, on `message`. */
  readonly data?: unknown;
  /** Close code and reason (RFC 6455, section 7.4), on `close`. */
  readonly code?: number;
  readonly reason?: string;
}
