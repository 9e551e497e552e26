import type { ConnectionAdapter } from "./adapter.js";
import type { Driver } from "./driver.js";
import { PeerhoodError } from "./errors.js";
import type { Identity } from "./sealing/identity.js";
import type { IceServersOption } from "./room/ice-server-source.js";
import type { SendOptions } from "./remote-peer.js";
import type { RequestOptions } from "./request/outgoing-request.js";
import type { Verify } from "./session/admission.js";
import type { ReconnectPolicy } from "./session/reconnect.js";
import { MAX_METADATA_BYTES } from "./signaling/constants.js";
import type { Logger } from "./util/logger.js";

export interface PeerOptions {
  /** What the runtime supplies; the package `peerhood` fills it in. Tests pass the simulated one. */
  readonly adapter: ConnectionAdapter;
  /**
   * How peers find each other. Stays open when the Peer leaves. Of several all are used at once: what comes over more than
   * one is taken once, and as long as one works, nothing is missing. @default MemoryDriver: peers of this process only
   */
  readonly driver?: Driver | readonly Driver[];
  /** @default none: nothing outside the room is contacted */
  readonly iceServers?: IceServersOption;
  /** `relay` hides this host's addresses and needs a TURN server. @default "all" */
  readonly iceTransportPolicy?: "all" | "relay";
  /** Milliseconds that each step may take: signaling, a connection, a channel. @default 15000 */
  readonly connectionTimeoutMs?: number;
  /**
   * Milliseconds of silence after which a remote counts as gone. Idle pairs ask each other for a sign before that; what
   * arrives on any channel counts, and time in which this side was asleep does not. Below 2000, networks that lose packets
   * look like remotes that are gone. @default 5000
   */
  readonly heartbeatTimeoutMs?: number;
  /**
   * What happens when a connection is lost: another one is built, tried again with growing pauses until `timeoutMs` have
   * passed, and the remote, its channels and its streams go on with nothing lost. `false`: it is the end of that remote,
   * and both meet again as strangers. @default { timeoutMs: 60000, minDelayMs: 200, maxDelayMs: 1000 }
   */
  readonly reconnect?: Partial<ReconnectPolicy> | false;
  /** Milliseconds without any progress after which a transfer fails. @default 30000 */
  readonly stallTimeoutMs?: number;
  /** Largest message in bytes that `await data` gives; as a stream there is no limit. @default 268435456 */
  readonly maxMessageBytes?: number;
  /** Who this peer is, kept from one join to the next. @default a new identity, and so a new id, at each join */
  readonly identity?: Identity;
  /** @default warnings and errors to the console */
  readonly logger?: Logger;
}

export interface JoinOptions {
  /** Name of the room: 1 to 256 characters. */
  readonly room: string;
  /** What the others see of this peer: any JSON value up to 8 KiB. Replaces what `setMetadata` set before. */
  readonly metadata?: unknown;
  /**
   * Only members with the same password meet. Others get `PASSWORD_MISMATCH` as `error`, and are told nothing but that.
   * @default none
   */
  readonly password?: string;
  /** Decides about each remote before it is let in, and about each change of its metadata. */
  readonly verify?: Verify;
  /** Milliseconds after which an undecided `verify` refuses. @default 10000 */
  readonly verifyTimeoutMs?: number;
  /** Gives up joining: rejects with `ABORTED`. */
  readonly signal?: AbortSignal;
}

export interface BroadcastOptions extends SendOptions {
  /** Ids of the remotes that get it. @default all that are connected, connecting or resuming */
  readonly to?: string | readonly string[];
}

export interface RequestAllOptions extends RequestOptions {
  /** Ids of the remotes that are asked. @default all that are connected, connecting or resuming */
  readonly to?: string | readonly string[];
}

const MAX_ROOM_LENGTH = 256;

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkDriver(driver: PeerOptions["driver"]): PeerOptions["driver"] {
  if (!Array.isArray(driver) || driver.length > 0) return driver;
  throw new PeerhoodError("INVALID_ARGUMENT", "driver is an empty list. Leave it out for peers of this process only.");
}

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkMilliseconds(name: string, value: number): number {
  // 2^31 - 1: beyond it timers of every runtime fire at once.
  if (typeof value === "number" && value > 0 && value <= 2_147_483_647) return value;
  throw new PeerhoodError("INVALID_ARGUMENT", `${name} is a number of milliseconds above 0, not ${String(value)}.`);
}

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkReconnect(option: PeerOptions["reconnect"] = {}): ReconnectPolicy | false {
  if (option === false) return false;
  const { timeoutMs = 60_000, minDelayMs = 200, maxDelayMs = 1_000 } = option;
  checkMilliseconds("reconnect.timeoutMs", timeoutMs);
  checkMilliseconds("reconnect.minDelayMs", minDelayMs);
  checkMilliseconds("reconnect.maxDelayMs", maxDelayMs);
  return { timeoutMs, minDelayMs, maxDelayMs: Math.max(minDelayMs, maxDelayMs) };
}

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkRoom(room: unknown): string {
  if (typeof room === "string" && room !== "" && room.length <= MAX_ROOM_LENGTH) return room;
  throw new PeerhoodError(
    "INVALID_ARGUMENT",
    `join needs the name of a room, a string of 1 to ${MAX_ROOM_LENGTH} characters: join("lobby").`,
  );
}

/**
 * A copy as the remotes will see it.
 * @throws PeerhoodError `INVALID_ARGUMENT`
 */
export function checkMetadata(metadata: unknown): unknown {
  if (metadata === undefined) return undefined;
  let json: string | undefined;
  try {
    json = JSON.stringify(metadata);
  } catch (error) {
    throw new PeerhoodError("INVALID_ARGUMENT", "metadata can not be turned into JSON; see cause.", { cause: error });
  }
  if (json === undefined) throw new PeerhoodError("INVALID_ARGUMENT", "metadata is not a JSON value.");
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > MAX_METADATA_BYTES) {
    throw new PeerhoodError(
      "INVALID_ARGUMENT",
      `metadata is ${bytes} bytes as JSON, more than ${MAX_METADATA_BYTES}; send what is larger as a message.`,
    );
  }
  return JSON.parse(json);
}
