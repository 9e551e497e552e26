import type { ConnectionAdapter, IceServer } from "../adapter.js";
import { ChannelRegistry } from "../channel/channel-registry.js";
import type { OpenOptions } from "../channel/channel-options.js";
import type { DataChannelLike } from "../channel/data-channel-like.js";
import type { Transfer } from "../channel/transfer/index.js";
import { PeerhoodError } from "../errors.js";
import type { CloseReason, PeerEvents, RemoteState } from "../events.js";
import { Requests, type RequestsHost } from "../request/requests.js";
import { RemoteMedia } from "../media/remote-media.js";
import type { TrackLedger } from "../media/track-ledger.js";
import { RemotePeer, type RemotePeerBackend, type RemoteStats, type SendOptions } from "../remote-peer.js";
import { PairPipe, type PipeSegment } from "../signaling/pair-pipe.js";
import type { SecurePair } from "../signaling/secure-pair.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import type { Logger } from "../util/logger.js";
import { Admission, type Verify } from "./admission.js";
import { MAX_HELD_MESSAGES } from "./constants.js";
import { gone, notConnected, toldReason } from "./ending.js";
import { Dialer } from "./dialer.js";
import type { Link } from "./link.js";
import { RemoteMetadata } from "./remote-metadata.js";
import type { ControlMessage, MeetingMessage, SessionMessage } from "./messages.js";

/** What the Peer has decided, and hears of, for all sessions of a stay. */
export interface SessionSettings {
  readonly adapter: ConnectionAdapter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly iceTransportPolicy: "all" | "relay";
  readonly connectionTimeoutMs: number;
  readonly stallTimeoutMs: number;
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
  iceServers(): Promise<readonly IceServer[]>;
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

type Fields<K extends keyof PeerEvents> = Omit<PeerEvents[K], "name" | "id" | "remote">;

/**
 * One member's view of one other: meeting, admission, connection, end. Signals come in through `receiveSegment`,
 * in order and once; everything it tells goes through the RemotePeer that it makes once the remote is let in.
 */
export class Session implements RemotePeerBackend {
  readonly address: SecurePair["address"];
  readonly media: RemoteMedia;
  readonly requests: Requests;
  readonly #host: SessionHost;
  readonly #pipe: PairPipe;
  readonly #admission: Admission;
  readonly #channels: ChannelRegistry;
  readonly #metadata = new RemoteMetadata((metadata) => this.#fire("remote:metadata", { metadata }));
  /** Messages that came while `verify` was still deciding. */
  #held: SessionMessage[] = [];
  #remote: RemotePeer | undefined;
  #sentMetadata = 0;
  #state: RemoteState = "new";
  #dialer: Dialer | undefined;
  #introduced = false;
  #refused = false;
  #ended = false;
  #timer: TimerHandle | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(host: SessionHost, pair: SecurePair) {
    this.#host = host;
    this.address = pair.address;
    this.#pipe = new PairPipe({
      clock: host.clock,
      transmit: (segment) => host.transmit(pair, segment),
      onMessage: (message) => this.#receiveSignal(message as MeetingMessage | SessionMessage),
      onClosed: () => host.silent(this),
    });
    this.#admission = new Admission({
      id: this.id,
      verify: host.verify,
      timeoutMs: host.verifyTimeoutMs,
      clock: host.clock,
      send: (data) => this.#pipe.push({ t: "verify", data }),
    });
    this.#channels = new ChannelRegistry({
      remoteId: this.id,
      offering: this.#offering,
      clock: host.clock,
      logger: host.logger,
      timeoutMs: host.connectionTimeoutMs,
      stallTimeoutMs: host.stallTimeoutMs,
      maxMessageBytes: host.maxMessageBytes,
      bulkFrameBytes: host.adapter.capabilities.bulkFrameBytes,
      fire: (name, fields) => this.#fire(name, fields),
      listens: (name) => (this.#remote?.listens(name) ?? false) || host.listens(name),
      send: (message) => this.#dialer?.link?.control.send(message),
      onViolation: (error) => this.#fail(error),
    });
    this.requests = new Requests({ remoteId: this.id, host, registry: this.#channels, remote: () => this.#remote });
    this.media = new RemoteMedia({
      createStream: host.adapter.createStream,
      ledger: host.ledger,
      negotiate: () => this.#dialer?.link?.negotiate(),
      sendState: (media) => this.#tell({ t: "media", media }),
      fire: (name, fields) => this.#fire(name, fields),
      onError: (error) => host.report(error, this.#remote),
      onViolation: (error) => this.#fail(error),
    });
    this.#pipe.push({ t: "intro", metadata: host.metadata() } satisfies MeetingMessage);
    this.#restartTimer();
  }

  get id(): string {
    return this.address.id;
  }

  get room(): string {
    return this.#host.room;
  }

  get metadata(): unknown {
    return this.#metadata.value;
  }

  get state(): RemoteState {
    return this.#state;
  }

  get connection(): unknown {
    return this.#dialer?.link?.connection.native;
  }

  get channels(): ReadonlyMap<string, DataChannelLike> {
    return this.#channels.byLabel;
  }

  get remote(): RemotePeer | undefined {
    return this.#remote;
  }

  /** Whether signals are still needed: nothing to say over the driver once the control channel is open. */
  get needsSignaling(): boolean {
    return !this.#ended && this.#state !== "connected";
  }

  /** Signals of this pair, as they come from the driver. */
  receiveSegment(segment: PipeSegment): void {
    this.#pipe.receive(segment);
  }

  open(channel: string | OpenOptions): Promise<void> {
    return this.#channels.open(channel);
  }

  close(label: string): Promise<void> {
    return this.#channels.close(label);
  }

  send(message: unknown, options: SendOptions): Transfer {
    return this.#channels.send(message, options);
  }

  /** The channels, for a message that goes to several remotes at once. */
  get registry(): ChannelRegistry {
    return this.#channels;
  }

  async stats(): Promise<RemoteStats> {
    return (!this.#ended && (await this.#dialer?.link?.stats())) || { bytesSent: 0, bytesReceived: 0 };
  }

  async dispose(): Promise<void> {
    await this.end("disposed", { tell: true });
  }

  relay<K extends keyof PeerEvents & string>(name: K, event: PeerEvents[K]): boolean {
    return this.#host.relay(name, event);
  }

  listenerFailed(error: unknown, name: string): void {
    if (this.#remote !== undefined) this.#host.listenerFailed(error, name, this.#remote);
  }

  /** Tells the remote what this peer advertises from now on. */
  announceMetadata(metadata: unknown): void {
    this.#tell({ t: "metadata", n: ++this.#sentMetadata, metadata });
  }

  /** Ends the session. Resolves when nothing of it is left: timers, channels, native handles. */
  async end(reason: CloseReason, options: { tell: boolean; error?: PeerhoodError }): Promise<void> {
    if (this.#ended) return this.#closing;
    this.#ended = true;
    const dialer = this.#dialer;
    const error = options.error ?? gone(this.id, reason);
    if (this.#timer !== undefined) this.#host.clock.clearTimeout(this.#timer);
    this.#admission.end();
    if (options.tell && dialer?.link?.control.open !== true) this.#pipe.push({ t: "bye", reason });
    this.#closing = dialer?.close(options.tell ? reason : undefined) ?? Promise.resolve();
    const failed = reason === "failed" || reason === "timeout";
    const forever = !failed || error.code === "PROTOCOL_ERROR" || error.code === "VERSION_MISMATCH";
    this.#host.ended(this, { forever, failed: failed && !forever });
    this.#pipe.finish();
    this.#channels.dispose(error);
    this.media.dispose();
    if (this.#remote !== undefined) {
      if (failed) this.#enter("failed", "connection:failed", { error });
      this.#enter("closed", "connection:closed", { reason });
    }
    return this.#closing;
  }

  /** Stops repeating the last words: the room is left. */
  abandon(): void {
    this.#pipe.close();
  }

  get #offering(): boolean {
    return this.#host.id < this.address.id;
  }

  #receiveSignal(message: MeetingMessage | SessionMessage): void {
    if (typeof message?.t !== "string" || this.#ended) return;
    switch (message.t) {
      case "intro":
        if (!this.#introduced) void this.#admit(message.metadata);
        return;
      case "accept":
        return this.#restartTimer();
      case "refuse":
        return this.#onRefused();
      case "verify":
        return this.#admission.receive(message.data);
      default:
        if (this.#remote === undefined) this.#hold(message);
        else this.#receiveMessage(message);
    }
  }

  async #admit(metadata: unknown): Promise<void> {
    this.#introduced = true;
    this.#restartTimer();
    const refusal = await this.#admission.check(metadata);
    if (this.#ended) return;
    if (refusal !== undefined) {
      this.#host.report(refusal);
      this.#pipe.push({ t: "refuse" } satisfies MeetingMessage);
      return void this.end("refused", { tell: false });
    }
    this.#metadata.value = metadata;
    this.#remote = new RemotePeer(this);
    this.#restartTimer();
    this.#pipe.push({ t: "accept" } satisfies MeetingMessage);
    this.#host.met(this.#remote);
    this.#fire("connection:new", { state: this.#state });
    if (this.#ended) return;
    if (this.#refused) return void this.end("refused", { tell: false });
    if (this.#offering) void this.#connect();
    for (const message of this.#held.splice(0)) this.#receiveMessage(message);
  }

  /** A refusal may come before this side has decided; the remote gets its events all the same. */
  #onRefused(): void {
    this.#refused = true;
    if (this.#remote !== undefined) void this.end("refused", { tell: false });
  }

  #receiveMessage(message: SessionMessage | ControlMessage): void {
    if (this.#ended) return;
    switch (message.t) {
      case "description":
      case "candidate":
      case "negotiate":
        if (this.#dialer?.link !== undefined) return this.#dialer.receive(message);
        this.#hold(message);
        return void this.#connect();
      case "media":
        return this.media.receive(message.media);
      case "metadata":
        return this.#changeMetadata(message.n, message.metadata);
      case "bye":
        return void this.end(toldReason(message.reason), { tell: false });
      case "hello":
      case "ping":
      case "pong":
        return;
      default:
        // Of a later version, perhaps: what is not understood is not an attack.
        if (message.t.startsWith("channel-")) this.#channels.receive(message);
    }
  }

  #hold(message: SessionMessage): void {
    if (this.#held.length < MAX_HELD_MESSAGES) this.#held.push(message);
    else this.#fail(new PeerhoodError("PROTOCOL_ERROR", "The remote sent hundreds of signals before it was let in."));
  }

  #changeMetadata(number: number, metadata: unknown): void {
    this.#metadata.change(number, metadata, async (previous) => {
      const refusal = await this.#admission.check(metadata, { metadata: previous });
      if (this.#ended) return false;
      if (refusal !== undefined) this.#host.report(refusal, this.#remote);
      return refusal === undefined;
    });
  }

  async #connect(): Promise<void> {
    if (this.#dialer !== undefined) return;
    const { adapter, iceTransportPolicy, clock, logger, iceServers } = this.#host;
    this.#dialer = new Dialer({
      adapter,
      iceServers,
      iceTransportPolicy,
      clock,
      logger,
      offering: this.#offering,
      media: this.media,
      send: (message) => this.#tell(message),
      onUp: (link, maxFrameBytes) => this.#onUp(link, maxFrameBytes),
      onMessage: (message) => this.#receiveMessage(message),
      onInterrupted: () => this.#enter("disconnected", "connection:disconnected", {}),
      onRecovered: () => {
        if (this.#state === "disconnected") this.#enter("connected", "connection:connected", { resumed: true });
      },
      onDown: (error) => this.#fail(error),
      onError: (error) => this.#host.report(error, this.#remote),
    });
    this.#enter("connecting", "connection:connecting", {});
    await this.#dialer.start();
    for (const message of this.#held.splice(0)) this.#receiveMessage(message);
  }

  #onUp(link: Link, maxFrameBytes: number): void {
    if (this.#ended) return;
    if (this.#timer !== undefined) this.#host.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#channels.attach(link.connection, maxFrameBytes);
    this.#enter("connected", "connection:connected", { resumed: false });
    if (!this.#ended) this.media.attach(link.connection.media);
  }

  #tell(message: SessionMessage | ControlMessage): void {
    const control = this.#dialer?.link?.control;
    if (control?.open === true) control.send(message);
    else this.#pipe.push(message);
  }

  #fail(error: PeerhoodError): void {
    void this.end("failed", { tell: true, error });
    if (error.code === "PROTOCOL_ERROR" || error.code === "VERSION_MISMATCH") this.#host.report(error, this.#remote);
  }

  /** Each step of the meeting has `connectionTimeoutMs`; a member that is never heard ends without a sound. */
  #restartTimer(): void {
    const { clock, connectionTimeoutMs, verifyTimeoutMs } = this.#host;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    const deciding = this.#introduced && this.#remote === undefined;
    const timeoutMs = deciding ? connectionTimeoutMs + verifyTimeoutMs : connectionTimeoutMs;
    this.#timer = clock.setTimeout(() => {
      void this.end("timeout", { tell: true, error: notConnected(this.id, timeoutMs) });
    }, timeoutMs);
  }

  #enter<K extends "connecting" | "connected" | "disconnected" | "failed" | "closed">(
    state: K,
    name: `connection:${K}`,
    fields: Omit<Fields<`connection:${K}`>, "state">,
  ): void {
    this.#state = state;
    this.#host.attentionChanged();
    this.#fire(name, { state, ...fields } as unknown as Fields<`connection:${K}`>);
  }

  #fire<K extends keyof PeerEvents & string>(name: K, fields: Fields<K>): boolean {
    const remote = this.#remote;
    if (remote === undefined) return false;
    // Into the object that was made for this event: a copy of it took longer than all else of a message.
    const event = Object.assign(fields, { name, id: this.#host.id, remote });
    return remote.emit(name, event as unknown as PeerEvents[K]);
  }
}
