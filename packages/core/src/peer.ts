// Symbol.asyncDispose, also for whoever compiles against the declarations with lib ES2022.
/// <reference lib="esnext.disposable" preserve="true" />
import { normalizeChannel, sameOptions, type ChannelOptions, type OpenOptions } from "./channel/channel-options.js";
import type { Transfer } from "./channel/transfer/outgoing.js";
// By its own path: the index would bring what only a room needs into the first download.
import { TransferToNobody, unknownRemote } from "./channel/transfer/transfer-to-nobody.js";
import type { MediaStreamLike } from "./media/media-types.js";
import type { ShareOptions } from "./media/share-options.js";
import { SharedStreams } from "./media/shared-streams.js";
import { TrackLedger } from "./media/track-ledger.js";
import type { Driver } from "./driver.js";
import { isPeerhoodError, PeerhoodError } from "./errors.js";
import type { CloseReason, PeerEvents } from "./events.js";
import { leftWhileJoining, notJoined, throwIfAborted } from "./peer-errors.js";
import {
  checkDriver,
  checkMetadata,
  checkMilliseconds,
  checkReconnect,
  checkRoom,
  type BroadcastOptions,
  type JoinOptions,
  type PeerOptions,
  type RequestAllOptions,
} from "./peer-options.js";
import type { ReconnectPolicy } from "./session/reconnect.js";
import { describePeer, type PeerJson } from "./peer-json.js";
import type { RemotePeer } from "./remote-peer.js";
import type { RequestResult } from "./request/request-all.js";
import { Responders, type RequestHandler } from "./request/responders.js";
import { IceServerSource } from "./room/ice-server-source.js";
import { checkPassword, loadPassword } from "./room/load-password.js";
import { loadPart } from "./room/load-part.js";
import { loadRoom } from "./room/load-room.js";
import type { Room, RoomOptions } from "./room/room.js";
import { identitySecret } from "./sealing/identity.js";
import { roomTopic } from "./signaling/room-topic.js";
import type { PeerSnapshot, SnapshotOptions } from "./snapshot/snapshot.js";
import { systemClock, type Clock } from "./util/clock.js";
import { Emitter } from "./util/emitter.js";
import { defaultLogger, type Logger } from "./util/logger.js";

/** What differs from one join to the next. */
type JoinedOption = "name" | "topic" | "beginPasswordRun" | "verify" | "verifyTimeoutMs";

/**
 * The local member of a room.
 *
 * ```ts
 * const peer = new Peer({ driver: new WebSocketDriver("ws://localhost:8787") });
 * peer.on("channel:message", async ({ remote, data }) => console.log(remote.id, await data));
 * await peer.open("chat");
 * await peer.join("lobby");
 * peer.send("hello", "chat");
 * ```
 */
export class Peer extends Emitter<PeerEvents> {
  readonly #options: PeerOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #iceServers: IceServerSource;
  readonly #connectionTimeoutMs: number;
  readonly #stallTimeoutMs: number;
  readonly #heartbeatTimeoutMs: number;
  readonly #reconnect: ReconnectPolicy | false;
  readonly #identitySecret: Uint8Array | undefined;
  readonly #channels = new Map<string, ChannelOptions>();
  readonly #responders = new Responders();
  readonly #ledger = new TrackLedger();
  readonly #streams = new SharedStreams(this.#ledger);
  #driver: Driver | readonly Driver[] | undefined;
  #metadata: unknown;
  #room: Room | undefined;
  /** The id is visible from when the room is entered. */
  #entered = false;
  #joining: AbortController | undefined;
  #leaving: Promise<void> | undefined;

  /** @throws PeerhoodError `INVALID_ARGUMENT` */
  constructor(options: PeerOptions) {
    super((error, name) => this.#listenerFailed(error, name));
    this.#options = options;
    this.#clock = options.adapter.clock ?? systemClock;
    this.#logger = options.logger ?? defaultLogger;
    this.#driver = checkDriver(options.driver);
    this.#iceServers = new IceServerSource(options.iceServers ?? [], this.#clock);
    this.#connectionTimeoutMs = checkMilliseconds("connectionTimeoutMs", options.connectionTimeoutMs ?? 15_000);
    this.#identitySecret = options.identity === undefined ? undefined : identitySecret(options.identity.export());
    this.#reconnect = checkReconnect(options.reconnect);
    this.#stallTimeoutMs = checkMilliseconds("stallTimeoutMs", options.stallTimeoutMs ?? 30_000);
    this.#heartbeatTimeoutMs = checkMilliseconds("heartbeatTimeoutMs", options.heartbeatTimeoutMs ?? 5_000);
    // On its way before it is needed; a failure is told by join.
    loadRoom().catch(() => {});
  }

  /** 32 characters, made from the key of the `identity`, without one new for each stay; `""` while not in a room. */
  get id(): string {
    return this.#entered ? (this.#room?.id ?? "") : "";
  }

  /** Name of the room; `""` while not in one. */
  get room(): string {
    return this.#entered ? (this.#room?.name ?? "") : "";
  }

  /** What the others see of this peer. */
  get metadata(): unknown {
    return this.#metadata;
  }

  /** Whether this peer is in a room. */
  get active(): boolean {
    return this.#entered;
  }

  /** The other members, by id. */
  get remotes(): ReadonlyMap<string, RemotePeer> {
    return this.#room?.remotes ?? new Map();
  }

  /** Channels that are open for everyone, by label; newcomers get them too. */
  get channels(): ReadonlyMap<string, ChannelOptions> {
    return this.#channels;
  }

  /** Streams that are shared with everyone, by label; newcomers get them in their current form. */
  get streams(): ReadonlyMap<string, MediaStreamLike> {
    return this.#streams.byLabel;
  }

  /**
   * Enters a room; resolves once the others can find this peer.
   * @throws PeerhoodError `ALREADY_JOINED`, `SIGNALING_UNREACHABLE`, `NATIVE_MODULE_MISSING` (no WebRTC here),
   * `MODULE_LOAD_FAILED`, `IDENTITY_REPLACED`, `ABORTED` (by `signal` or `leave`), `INVALID_ARGUMENT`, or what the driver rejects with; nothing is left running then
   */
  async join(target: string | JoinOptions): Promise<void> {
    const options: JoinOptions = typeof target === "string" ? { room: target } : (target ?? {});
    const name = checkRoom(options.room);
    const verifyTimeoutMs = checkMilliseconds("verifyTimeoutMs", options.verifyTimeoutMs ?? 10_000);
    const metadata = checkMetadata(options.metadata);
    const password = checkPassword(options.password);
    if (this.#room !== undefined || this.#joining !== undefined) {
      throw new PeerhoodError("ALREADY_JOINED", "This peer is in a room already; leave() it first, or make another.");
    }
    const joining = new AbortController();
    this.#joining = joining;
    const { signal } = options;
    const abort = (): void => joining.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    try {
      await this.#leaving;
      const { adapter } = this.#options;
      const parts = [roomTopic(name), loadRoom(), loadPassword(password), adapter.load?.()] as const;
      const [topic, createRoom, beginPasswordRun] = await Promise.all(parts);
      throwIfAborted(joining.signal);
      if (metadata !== undefined) this.#metadata = metadata;
      const { verify } = options;
      const room = createRoom(this.#roomOptions({ name, topic, beginPasswordRun, verify, verifyTimeoutMs }));
      this.#room = room;
      this.#driver = room.driver;
      joining.signal.addEventListener("abort", () => void room.leave(), { once: true });
      await room.enter();
      throwIfAborted(joining.signal);
      this.#entered = true;
    } catch (error) {
      const room = this.#room;
      this.#room = undefined;
      await room?.leave();
      throwIfAborted(joining.signal);
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#joining = undefined;
    }
  }

  /**
   * Says goodbye and closes everything; resolves when nothing is left running. The driver stays open, and the same
   * peer may join again. Idempotent; during `join` it makes that reject with `ABORTED`.
   */
  leave(): Promise<void> {
    return this.#endStay(leftWhileJoining(), "left");
  }

  /**
   * Closes the connection to that remote and lets that id in no more until `leave`. It gets `connection:closed` with
   * reason `kicked` and yours, up to 1,024 characters, as `detail`. Other members decide for themselves. Who keeps no
   * identity may come back under a new id: `password` or `verify` keep such out. Resolves when all is closed.
   * @throws PeerhoodError `NOT_JOINED`
   */
  async kick(id: string, reason?: string): Promise<void> {
    await (this.#room ?? notJoined("kick")).kick(id, reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  /**
   * Opens a labelled channel to all remotes, now and later; resolves when all that are present can send.
   * @throws PeerhoodError `CHANNEL_OPTIONS_MISMATCH`, `CHANNEL_LIMIT`, `CHANNEL_TIMEOUT`, `INVALID_LABEL`,
   * `INVALID_ARGUMENT`
   */
  async open(channel: string | OpenOptions): Promise<void> {
    const { label, options } = normalizeChannel(channel);
    const known = this.#channels.get(label);
    if (known !== undefined && !sameOptions(known, options)) {
      throw new PeerhoodError(
        "CHANNEL_OPTIONS_MISMATCH",
        `The channel "${label}" is open for everyone with other options; close it first.`,
      );
    }
    this.#channels.set(label, options);
    const opening = [...this.remotes.values()].map(async (remote) => {
      try {
        await remote.open({ label, ...options });
      } catch (error) {
        // Who left meanwhile is no longer present.
        if (remote.state !== "closed") throw error;
      }
    });
    await Promise.all(opening);
  }

  /** Closes that channel to all remotes; newcomers no longer get it. */
  async close(label: string): Promise<void> {
    this.#channels.delete(label);
    await Promise.all([...this.remotes.values()].map((remote) => remote.close(label)));
  }

  /**
   * Shares a stream with all remotes, now and later, or updates the one of that label: see {@link RemotePeer.share}.
   * @throws PeerhoodError `INVALID_ARGUMENT`, `INVALID_LABEL`
   */
  share(shared: MediaStreamLike | ShareOptions): MediaStreamLike {
    const share = this.#streams.share(shared);
    for (const remote of this.remotes.values()) remote.share(share);
    return share.stream;
  }

  /** Stops sharing with everyone; returns that stream, or `undefined` if there is none. */
  unshare(which: string | MediaStreamLike | { readonly label: string }): MediaStreamLike | undefined {
    const share = this.#streams.unshare(which);
    if (share === undefined) return undefined;
    for (const remote of this.remotes.values()) remote.unshare(share.label);
    return share.stream;
  }

  /**
   * Sends a message to all remotes, or to those named by `to`; nobody there: resolves at once. Rejects with an
   * `AggregateError` of PeerhoodErrors with `remoteId` for those that failed; the others are not affected.
   */
  send(message: unknown, options: string | BroadcastOptions = {}): Transfer {
    const parts: BroadcastOptions = typeof options === "string" ? { label: options } : options;
    const { to, ...rest } = parts;
    const ids = typeof to === "string" ? [to] : to;
    return this.#room?.send(message, rest, ids) ?? new TransferToNobody(ids ?? [], (error) => this.#report(error));
  }

  /**
   * Answers the requests of all remotes for that method, now and in later rooms; returns a function that ends it.
   *
   * ```ts
   * peer.respond("sum", async ({ data }) => (await data as number[]).reduce((sum, each) => sum + each, 0));
   * ```
   * @throws PeerhoodError `RESPONDER_EXISTS`, `INVALID_ARGUMENT`
   */
  respond(method: string, handler: RequestHandler): () => void {
    return this.#responders.add(method, handler);
  }

  /**
   * The same request to all remotes, or to those named by `to`. Resolves when each has answered or failed, with what
   * became of each, by id: one that fails or is slow changes nothing for the others.
   */
  async requestAll<T = unknown>(
    method: string,
    payload?: unknown,
    options: RequestAllOptions = {},
  ): Promise<ReadonlyMap<string, RequestResult<T>>> {
    const { to, ...rest } = options;
    const ids = typeof to === "string" ? [to] : to;
    if (this.#room !== undefined) return this.#room.requestAll<T>(method, payload, rest, ids);
    return new Map((ids ?? []).map((id) => [id, { status: "rejected", reason: unknownRemote(id) }]));
  }

  /**
   * Changes what the others see of this peer; they get `remote:metadata`.
   * @throws PeerhoodError `INVALID_ARGUMENT`
   */
  setMetadata(metadata: unknown): void {
    this.#metadata = checkMetadata(metadata);
    this.#room?.announceMetadata(this.#metadata);
  }

  toJSON(): PeerJson {
    return describePeer(this);
  }

  /**
   * What this peer knows of itself and its room, to look at or to keep: plain values, the same in every runtime. Taking
   * one costs what the statistics of each connection cost; several a second are fine. `@peerhood/inspector` shows them.
   *
   * ```ts
   * console.log(JSON.stringify(await peer.snapshot(), null, 2));
   * ```
   * @throws PeerhoodError `MODULE_LOAD_FAILED`
   */
  async snapshot(options?: SnapshotOptions): Promise<PeerSnapshot> {
    const { takeSnapshot } = await loadPart(import("./snapshot/take-snapshot.js"));
    return takeSnapshot(this, this.#options, this.#room, options);
  }

  #endStay(error: PeerhoodError, reason: CloseReason): Promise<void> {
    // While it still leaves as well: what was joined, opened or shared since ends too.
    this.#joining?.abort(error);
    this.#channels.clear();
    this.#streams.clear();
    return (this.#leaving ??= this.#leave(reason).finally(() => (this.#leaving = undefined)));
  }

  async #leave(reason: CloseReason): Promise<void> {
    const room = this.#room;
    this.#room = undefined;
    this.#entered = false;
    await room?.leave(reason);
  }

  #roomOptions(joined: Pick<RoomOptions, JoinedOption>): RoomOptions {
    const { adapter, iceTransportPolicy = "all", maxMessageBytes = 268_435_456 } = this.#options;
    return {
      ...joined,
      identitySecret: this.#identitySecret,
      driver: this.#driver,
      adapter,
      clock: this.#clock,
      logger: this.#logger,
      iceServers: this.#iceServers,
      iceTransportPolicy,
      connectionTimeoutMs: this.#connectionTimeoutMs,
      stallTimeoutMs: this.#stallTimeoutMs,
      heartbeatTimeoutMs: this.#heartbeatTimeoutMs,
      reconnect: this.#reconnect,
      maxMessageBytes,
      responders: this.#responders,
      ledger: this.#ledger,
      metadata: () => this.#metadata,
      onGoingAway: () => void this.leave(),
      onMet: (remote) => this.#greet(remote),
      onReplaced: (error) => this.#onReplaced(error),
      relay: (event, payload) => this.emit(event, payload),
      listens: (event) => this.listens(event),
      report: (error, remote) => this.#report(error, remote),
      listenerFailed: (error, event, remote) => this.#listenerFailed(error, event, remote),
    };
  }

  /** It does not rejoin by itself: the two would replace each other for ever. */
  #onReplaced(error: PeerhoodError): void {
    if (this.#leaving !== undefined || this.#room === undefined) return;
    if (this.#entered) this.#report(error);
    void this.#endStay(error, "replaced");
  }

  #greet(remote: RemotePeer): void {
    for (const share of this.#streams.all) remote.share(share);
    for (const [label, options] of this.#channels) {
      remote.open({ label, ...options }).catch((error: unknown) => {
        if (remote.state !== "closed" && isPeerhoodError(error)) this.#report(error, remote);
      });
    }
  }

  #report(error: PeerhoodError, remote?: RemotePeer): void {
    this.#room?.record.error(error, remote?.id);
    const event = { name: "error" as const, id: this.id, error, ...(remote === undefined ? {} : { remote }) };
    const heard = remote === undefined ? this.emit("error", event) : remote.emit("error", event);
    if (!heard) this.#logger.error(`${error.code}: ${error.message}`, error);
  }

  #listenerFailed(cause: unknown, name: string, remote?: RemotePeer): void {
    const error = new PeerhoodError("LISTENER_FAILED", `A listener of "${name}" failed; see cause.`, { cause });
    // A listener of "error" that fails would be told of its own failure for ever.
    if (name === "error") this.#logger.error(error.message, cause);
    else this.#report(error, remote);
  }
}
