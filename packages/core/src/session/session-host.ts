import type { ConnectionAdapter, IceServer } from "../adapter.js";
import type { PeerhoodError } from "../errors.js";
import type { PeerEvents } from "../events.js";
import type { TrackLedger } from "../media/track-ledger.js";
import type { RemotePeer } from "../remote-peer.js";
import type { RequestsHost } from "../request/requests.js";
import type { PipeSegment } from "../signaling/pair-pipe.js";
import type { SecurePair } from "../signaling/secure-pair.js";
import type { StayRecord } from "../snapshot/stay-record.js";
import type { Clock } from "../util/clock.js";
import type { Logger } from "../util/logger.js";
import type { Verify } from "./admission.js";
import type { ReconnectPolicy } from "./reconnect.js";
import type { Session } from "./session.js";

/** What the Peer has decided, and hears of, for all sessions of a stay. */
export interface SessionSettings {
  readonly adapter: ConnectionAdapter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly iceTransportPolicy: "all" | "relay";
  readonly connectionTimeoutMs: number;
  readonly reconnect: ReconnectPolicy | false;
  readonly stallTimeoutMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly verify: Verify | undefined;
  readonly verifyTimeoutMs: number;
  /** Who shares which track, for all remotes. */
  readonly ledger: TrackLedger;
  /** What this peer advertises. */
  metadata(): unknown;
  relay<K extends keyof PeerEvents & string>(name: K, event: PeerEvents[K]): boolean;
  /** Whether the Peer has a listener for it. */
  listens(name: keyof PeerEvents & string): boolean;
  report(error: PeerhoodError, remote?: RemotePeer): void;
  listenerFailed(error: unknown, name: string, remote: RemotePeer): void;
}

/** What the room supplies to each of its sessions. */
export interface SessionHost extends SessionSettings, RequestsHost {
  readonly id: string;
  readonly room: string;
  readonly record: StayRecord;
  iceServers(): Promise<readonly IceServer[]>;
  /** 0 to below 1. */
  random(): number;
  /** Whether the driver is open. */
  canSignal(): boolean;
  /** Whether it is open in truth is to be known soon. */
  checkSignaling(): void;
  transmit(pair: SecurePair, segment: PipeSegment): void;
  /** The remote was let in. */
  met(remote: RemotePeer): void;
  /** The session waits for signals, or does so no more. */
  attentionChanged(): void;
  /** Its last words are said. */
  silent(session: Session): void;
  /** `forever`: that stay of the remote is over. `failed`: both may want to meet again. */
  ended(session: Session, how: { readonly forever: boolean; readonly failed: boolean }): void;
}

/** What an event of a remote has beside what all of them have. */
export type EventFields<K extends keyof PeerEvents> = Omit<PeerEvents[K], "name" | "id" | "remote">;
