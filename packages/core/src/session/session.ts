import { ChannelRegistry } from "../channel/channel-registry.js";
import type { OpenOptions } from "../channel/channel-options.js";
import type { DataChannelLike } from "../channel/data-channel-like.js";
import type { Transfer } from "../channel/transfer/index.js";
import { isPeerhoodError, type PeerhoodError } from "../errors.js";
import type { CloseReason, PeerEvents, RemoteState } from "../events.js";
import { RemoteMedia } from "../media/remote-media.js";
import { QualityMonitor } from "../quality/quality-monitor.js";
import { RemotePeer, type RemotePeerBackend, type RemoteStats, type SendOptions } from "../remote-peer.js";
import { Requests } from "../request/requests.js";
import type { Fingerprint } from "../sealing/fingerprint.js";
import { PairPipe, type PipeSegment } from "../signaling/pair-pipe.js";
import type { SecurePair } from "../signaling/secure-pair.js";
import { PairRecord } from "../snapshot/pair-record.js";
import { PausableClock } from "../util/pausable-clock.js";
import { Connectivity } from "./connectivity.js";
import { givenUp, gone, isFatal, notConnected, toldGoodbye, type Goodbye } from "./ending.js";
import type { Link } from "./link.js";
import { isMeetingMessage, Meeting } from "./meeting.js";
import type { ChannelMessage, ControlMessage, HelloMessage, MeetingMessage, SessionMessage } from "./messages.js";
import { RemoteMetadata } from "./remote-metadata.js";
import type { EventFields, SessionHost } from "./session-host.js";

/**
 * One member's view of one other: meeting, admission, connection, end. Signals come in through `receiveSegment`,
 * in order and once; everything it tells goes through the RemotePeer that it makes once the remote is let in.
 */
export class Session implements RemotePeerBackend {
  readonly address: SecurePair["address"];
  readonly media: RemoteMedia;
  readonly requests: Requests;
  readonly record: PairRecord;
  readonly #host: SessionHost;
  readonly #pair: SecurePair;
  readonly #pipe: PairPipe;
  readonly #meeting: Meeting;
  readonly #channels: ChannelRegistry;
  /** Stands still while the connection is lost: nobody is slow then. */
  readonly #channelClock: PausableClock;
  readonly #connectivity: Connectivity;
  readonly #quality: QualityMonitor;
  readonly #metadata = new RemoteMetadata((metadata) => this.#fire("remote:metadata", { metadata }));
  #remote: RemotePeer | undefined;
  #sentMetadata = 0;
  #state: RemoteState = "new";
  #wasUp = false;
  #ended = false;
  #closing: Promise<void> = Promise.resolve();

  constructor(host: SessionHost, pair: SecurePair) {
    this.#host = host;
    this.#pair = pair;
    this.#channelClock = new PausableClock(host.clock);
    this.address = pair.address;
    this.record = new PairRecord(host.clock);
    const push = (message: MeetingMessage | SessionMessage): void => {
      this.record.signal("sent", "driver", message);
      this.#pipe.push(message);
    };
    this.#pipe = new PairPipe({
      clock: host.clock,
      transmit: (segment) => host.transmit(pair, segment),
      onMessage: (message) => this.#receiveSignal(message as MeetingMessage | SessionMessage),
      onClosed: () => host.silent(this),
    });
    this.#meeting = new Meeting({
      id: this.id,
      clock: host.clock,
      verify: host.verify,
      verifyTimeoutMs: host.verifyTimeoutMs,
      timeoutMs: host.connectionTimeoutMs,
      metadata: host.metadata(),
      push,
      onAdmitted: (metadata) => this.#onAdmitted(metadata),
      onRefusing: (refusal) => {
        host.report(refusal);
        void this.end("refused", { tell: false });
      },
      onRefused: () => void this.end("refused", { tell: false }),
      onTimeout: (timeoutMs) => void this.end("timeout", { tell: true, error: notConnected(this.id, timeoutMs) }),
    });
    this.#channels = new ChannelRegistry({
      remoteId: this.id,
      offering: this.#offering,
      clock: this.#channelClock,
      logger: host.logger,
      timeoutMs: host.connectionTimeoutMs,
      stallTimeoutMs: host.stallTimeoutMs,
      maxMessageBytes: host.maxMessageBytes,
      bulkFrameBytes: host.adapter.capabilities.bulkFrameBytes,
      fire: (name, fields) => this.#fire(name, fields),
      send: (message) => this.#connectivity.control(message),
      onViolation: (error) => this.#fail(error),
    });
    this.requests = new Requests({ remoteId: this.id, host, registry: this.#channels, remote: () => this.#remote });
    this.media = new RemoteMedia({
      createStream: host.adapter.createStream,
      ledger: host.ledger,
      negotiate: () => this.#connectivity.link?.negotiate(),
      tell: (message) => this.#connectivity.control({ t: "media", ...message }),
      fire: (name, fields) => this.#fire(name, fields),
      onError: (error) => host.report(error, this.#remote),
      onViolation: (error) => this.#fail(error),
    });
    this.#connectivity = new Connectivity({
      host,
      remoteId: this.id,
      offering: this.#offering,
      media: this.media,
      record: this.record,
      arrived: () => this.#channels.arrived,
      push,
      onConnecting: () => {
        if (this.#state !== "connecting") this.#enter("connecting", "connection:connecting", {});
      },
      adopt: (connection) => {
        this.media.detach();
        return this.#channels.adopt(connection);
      },
      onUp: (link, maxFrameBytes, hello) => this.#onUp(link, maxFrameBytes, hello),
      onBuilding: () => host.attentionChanged(),
      onLost: () => this.#onLost(),
      onRecovered: (connection) => {
        this.#channelClock.resume();
        this.#channels.recovered(connection);
        this.#enter("connected", "connection:connected", { resumed: true });
      },
      onDown: (error) => this.#fail(error),
      onMessage: (message) => this.#receiveMessage(message),
      onError: (error) => host.report(error, this.#remote),
    });
    this.#quality = new QualityMonitor({
      clock: host.clock,
      wanted: () => this.#listens("connection:quality"),
      measure: async () => this.#connectivity.link?.measure(),
      onChange: (quality) => this.#fire("connection:quality", { state: this.#state, ...quality }),
    });
    this.#meeting.start();
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

  get fingerprint(): Fingerprint {
    const { fingerprint } = this.#pair;
    // Whoever introduces itself tells its nonce with it.
    if (fingerprint === undefined) throw new TypeError("There is no fingerprint before the two have met.");
    return fingerprint;
  }

  get state(): RemoteState {
    return this.#state;
  }

  get connection(): unknown {
    return this.#connectivity.link?.connection.native;
  }

  get channels(): ReadonlyMap<string, DataChannelLike> {
    return this.#channels.byLabel;
  }

  get remote(): RemotePeer | undefined {
    return this.#remote;
  }

  /** The connection in use, or being made as the first. */
  get link(): Link | undefined {
    return this.#connectivity.link;
  }

  /** Another connection is being built beside the one in use. */
  get isBuilding(): boolean {
    return this.#connectivity.isBuilding;
  }

  /** Whether signals are still needed: nothing to say over the driver once the control channel is open. */
  get needsSignaling(): boolean {
    return !this.#ended && (this.#state !== "connected" || this.#connectivity.isBuilding);
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
    return (!this.#ended && (await this.#connectivity.stats())) || { bytesSent: 0, bytesReceived: 0 };
  }

  /** The network of this machine has changed. */
  doubt(): void {
    this.#connectivity.doubt();
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
  announceMetadata(metadata: unknown, n = ++this.#sentMetadata): void {
    this.#connectivity.tell({ t: "metadata", n, metadata });
  }

  /** Ends the session. Resolves when nothing of it is left: timers, channels, native handles. */
  async end(
    reason: CloseReason,
    options: { readonly tell: boolean; readonly error?: PeerhoodError; readonly detail?: string | undefined },
  ): Promise<void> {
    if (this.#ended) return this.#closing;
    this.#ended = true;
    const error = options.error ?? gone(this.id, reason);
    this.#meeting.end();
    this.#quality.stop();
    const goodbye: Goodbye = { reason, ...(options.detail !== undefined && { detail: options.detail }) };
    this.#closing = this.#connectivity.close(options.tell ? goodbye : undefined);
    const failed = reason === "failed" || reason === "timeout";
    const forever = !failed || isFatal(error);
    this.#host.ended(this, { forever, failed: failed && !forever });
    this.#pipe.finish();
    this.#channels.dispose(error);
    this.media.dispose();
    if (this.#remote !== undefined) {
      if (failed) {
        // Told by the other side: what this one saw says more than that.
        const cause = options.error ?? givenUp(this.id, reason);
        this.#enter("failed", "connection:failed", { error: this.#connectivity.explain(cause) });
      }
      this.#enter("closed", "connection:closed", goodbye);
    } else this.record.entered("closed", reason);
    return this.#closing;
  }

  /** The driver is open again: what could not be said is said now. */
  signalingOpened(): void {
    this.#pipe.repeat();
    this.#connectivity.signalingOpened();
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
    this.record.signal("received", "driver", message);
    if (isMeetingMessage(message)) this.#meeting.receive(message);
    else this.#connectivity.receive(message);
  }

  #onAdmitted(metadata: unknown): void {
    this.#metadata.value = metadata;
    this.#remote = new RemotePeer(this);
    this.#host.met(this.#remote);
    this.#fire("connection:new", { state: this.#state });
    if (!this.#ended && !this.#meeting.refused) this.#connectivity.admit();
  }

  #receiveMessage(message: SessionMessage | ControlMessage): void {
    if (this.#ended) return;
    switch (message.t) {
      case "media":
        return this.media.receiveMessage(message);
      case "metadata":
        return this.#changeMetadata(message.n, message.metadata);
      case "bye": {
        const { reason, detail } = toldGoodbye(message);
        return void this.end(reason, { tell: false, detail });
      }
      case "got":
        return this.#channels.got(message);
      case "hello":
      case "ping":
      case "pong":
        return;
      default:
        // Of a later version, perhaps: what is not understood is not an attack.
        if (message.t.startsWith("channel-")) this.#channels.receive(message as ChannelMessage);
    }
  }

  #changeMetadata(number: number, metadata: unknown): void {
    this.#metadata.change(number, metadata, async (previous) => {
      const refusal = await this.#meeting.check(metadata, previous);
      if (this.#ended) return false;
      if (refusal !== undefined) this.#host.report(refusal, this.#remote);
      return refusal === undefined;
    });
  }

  #onUp(link: Link, maxFrameBytes: number, hello: HelloMessage): void {
    if (this.#ended) return;
    this.#meeting.succeeded();
    this.#channelClock.resume();
    this.#channels.attach(maxFrameBytes, hello);
    if (this.#ended) return;
    // What was told over the connection that is lost may be lost with it.
    if (this.#sentMetadata > 0) this.announceMetadata(this.#host.metadata(), this.#sentMetadata);
    const resumed = this.#wasUp;
    this.#wasUp = true;
    this.#enter("connected", "connection:connected", { resumed });
    if (!this.#ended) this.media.attach(link.connection.media);
  }

  #onLost(): void {
    this.#channelClock.pause();
    this.#channels.interrupted();
    this.#enter("disconnected", "connection:disconnected", {});
  }

  #fail(error: PeerhoodError): void {
    // Silence is told apart from what broke.
    const { code } = error.code === "RECONNECT_FAILED" && isPeerhoodError(error.cause) ? error.cause : error;
    void this.end(code === "CONNECTION_TIMEOUT" ? "timeout" : "failed", { tell: true, error });
    if (isFatal(error)) this.#host.report(error, this.#remote);
  }

  #enter<K extends "connecting" | "connected" | "disconnected" | "failed" | "closed">(
    state: K,
    name: `connection:${K}`,
    fields: Omit<EventFields<`connection:${K}`>, "state">,
  ): void {
    this.#state = state;
    const { reason, error, resumed } = fields as { reason?: string; error?: PeerhoodError; resumed?: boolean };
    this.record.entered(state, reason ?? error?.code ?? (resumed === true ? "resumed" : undefined));
    if (state === "connected") this.#quality.start();
    else this.#quality.stop();
    this.#host.attentionChanged();
    this.#fire(name, { state, ...fields } as unknown as EventFields<`connection:${K}`>);
  }

  #listens(name: keyof PeerEvents & string): boolean {
    return (this.#remote?.listens(name) ?? false) || this.#host.listens(name);
  }

  #fire<K extends keyof PeerEvents & string>(name: K, fields: EventFields<K>): boolean {
    const remote = this.#remote;
    if (remote === undefined) return false;
    this.#host.record.event(name, remote.id, fields);
    // Into the object that was made for this event, one by one: a copy of it took longer than all else of a message.
    const event = fields as unknown as { name: string; id: string; remote: RemotePeer };
    event.name = name;
    event.id = this.#host.id;
    event.remote = remote;
    return remote.emit(name, event as unknown as PeerEvents[K]);
  }
}
