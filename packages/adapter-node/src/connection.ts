import {
  PeerhoodError,
  type ChannelInit,
  type Connection,
  type ConnectionHandlers,
  type ConnectionStage,
  type ConnectionState,
  type ConnectionStats,
  type IceCandidate,
  type Logger,
  type SessionDescription,
} from "@peerhood/core";
import { SignalingGate } from "@peerhood/core/internal";
import type { IceServer, PeerConnection } from "node-datachannel";
import { Channels } from "./channels.js";
import { collectGarbage } from "./collect-garbage.js";
import {
  CHANNEL_GOODBYE_MS,
  CHANNEL_PATIENCE_MS,
  CLOSE_PATIENCE_MS,
  DEFAULT_MESSAGE_BYTES,
  MAX_MESSAGE_BYTES,
} from "./constants.js";
import type { NodeDataChannel } from "./data-channel.js";
import { createDispatcher, type Post } from "./dispatcher.js";
import { GatheringWatch } from "./gathering-watch.js";
import type { NativeModule } from "./load-native.js";
import { LocalCandidates } from "./local-candidates.js";
import { NodeConnectionMedia } from "./media/node-connection-media.js";
import { negotiation } from "./negotiation.js";
import type { Route } from "./route.js";
import { hostPortsOf } from "./sdp.js";
import { readStats } from "./stats.js";

export interface NodeConnectionParts {
  readonly native: PeerConnection;
  readonly Video: NativeModule["Video"];
  readonly handlers: ConnectionHandlers;
  readonly logger: Logger;
  /** Those that libdatachannel was given, as they are called outside of this process. */
  readonly servers: readonly IceServer[];
  readonly bindAddress: string | undefined;
  /** Closed with the connection. */
  readonly route: Route;
  /** @throws PeerhoodError where libdatachannel would end the process for want of a socket */
  readonly checkSockets: () => void;
  /** Resolves when these local UDP ports are free for other connections. */
  readonly portsReleased: (ports: readonly number[]) => Promise<void>;
}

/**
 * A {@link Connection} whose `native` is node-datachannel's `PeerConnection`. The callbacks that it registers hold it
 * until libdatachannel has told the end, so that nothing is collected in the middle of a transfer.
 */
export class NodeConnection implements Connection {
  /** Read from it what is not offered here; to close it, to negotiate or to replace its callbacks breaks peerhood. */
  readonly native: PeerConnection;
  readonly media: NodeConnectionMedia;
  readonly #handlers: ConnectionHandlers;
  readonly #logger: Logger;
  readonly #route: Route;
  readonly #post: Post;
  readonly #channels: Channels;
  readonly #candidates: LocalCandidates;
  readonly #gate: SignalingGate;
  readonly #nativeClosed: Promise<void>;
  readonly #portsReleased: NodeConnectionParts["portsReleased"];
  readonly #gathering: GatheringWatch;
  #state: ConnectionState = "new";
  #stage: ConnectionStage = "path";
  #maxMessageBytes = DEFAULT_MESSAGE_BYTES;
  #closing: Promise<void> | undefined;

  constructor(parts: NodeConnectionParts) {
    const { native, Video, handlers, logger, route, servers, bindAddress, checkSockets, portsReleased } = parts;
    this.native = native;
    this.#portsReleased = portsReleased;
    this.#handlers = handlers;
    this.#logger = logger;
    this.#route = route;
    this.#post = createDispatcher(logger);
    this.#channels = new Channels({
      logger,
      post: this.#post,
      maxMessageBytes: () => this.#maxMessageBytes,
      goodbyeMs: () => CHANNEL_GOODBYE_MS + 2 * Math.max(0, native.rtt()),
    });
    this.#candidates = new LocalCandidates((candidate) => this.#tell((told) => told.candidate(candidate)));
    this.#gathering = new GatheringWatch({
      servers,
      bindAddress,
      onFailure: (failure) => this.#tell((told) => told.serverFailed?.(failure)),
    });
    this.media = new NodeConnectionMedia({
      native,
      Video,
      logger,
      post: this.#post,
      onError: (error) => this.#tell((told) => told.error(error)),
    });
    const { media } = this;
    this.#gate = new SignalingGate(
      negotiation({ native, channels: this.#channels, candidates: this.#candidates, media, route, checkSockets }),
    );
    this.#nativeClosed = new Promise((resolve) => this.#listen(resolve));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get stage(): ConnectionStage {
    // A channel may open before the event of the state is here.
    return !this.#closing && this.native.state() === "connected" ? "channels" : this.#stage;
  }

  get maxMessageBytes(): number {
    return this.#maxMessageBytes;
  }

  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription> {
    return this.#gate.createOffer(options);
  }

  async acceptOffer(offer: SessionDescription): Promise<SessionDescription> {
    const answer = await this.#gate.acceptOffer(offer);
    this.#readMaxMessageBytes();
    return answer;
  }

  async acceptAnswer(answer: SessionDescription): Promise<void> {
    await this.#gate.acceptAnswer(answer);
    this.#readMaxMessageBytes();
  }

  addCandidate(candidate: IceCandidate | null): Promise<void> {
    return this.#gate.addCandidate(candidate);
  }

  createChannel(init: ChannelInit): NodeDataChannel {
    this.#throwIfClosed();
    return this.#channels.create(this.native, init);
  }

  /** The bytes are those of messages; what acknowledgements change is the round trip. */
  lifeSign(): string {
    this.#throwIfClosed();
    return `${this.native.bytesReceived() + this.media.bytes.received} ${this.native.rtt()}`;
  }

  async stats(): Promise<ConnectionStats> {
    this.#throwIfClosed();
    return readStats(this.native, this.media.bytes, this.media.packets);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#gate.close();
    this.#candidates.close();
    this.#gathering.close();
    this.#channels.closeAll();
    this.media.close();
    // Closing the connection in the same breath drops the channels' goodbye. Also when libdatachannel has closed
    // itself: until it is told to, it keeps the process alive.
    await new Promise((resolve) => setImmediate(resolve));
    const ports = hostPortsOf(this.native.localDescription()?.sdp ?? "");
    this.native.close();
    await within(CLOSE_PATIENCE_MS, this.#nativeClosed);
    await within(CHANNEL_PATIENCE_MS, this.#channels.released());
    await this.#portsReleased(ports);
    this.#route.close();
    const lost = this.#channels.abandon();
    if (lost > 0) {
      this.#logger.debug(`libdatachannel lost the closed event of ${lost} channels; collecting garbage instead.`);
      collectGarbage();
    }
    this.#become("closed");
  }

  #listen(onClosed: () => void): void {
    const { native } = this;
    native.onLocalCandidate((candidate, mid) => {
      this.#post(() => {
        this.#gathering.candidate(candidate);
        this.#candidates.add(candidate, mid);
      });
    });
    native.onGatheringStateChange((state) => {
      this.#post(() => {
        if (state !== "complete") return this.#gathering.begin();
        // What the servers have to say belongs to the candidates that they did not give.
        void this.#gathering.check().then(() => {
          if (!this.#closing) this.#candidates.end(native);
        });
      });
    });
    native.onIceStateChange((state) => {
      if (state === "connected" || state === "completed") this.#post(() => this.#reach("encryption"));
    });
    native.onDataChannel((incoming) => {
      try {
        const label = this.#channels.refuse(incoming);
        this.#post(() => this.#tell((told) => told.unexpectedChannel(label)));
      } catch (error) {
        // It was gone before it came here.
        this.#logger.debug("A channel that the remote opened could not be closed.", error);
      }
    });
    native.onStateChange((state) => this.#post(() => this.#onNativeState(state, onClosed)));
  }

  #onNativeState(state: string, onClosed: () => void): void {
    if (state === "closed") {
      onClosed();
      // After a failure, or the remote's end, libdatachannel closes itself.
      void this.close();
    } else if (!this.#closing && isConnectionState(state)) {
      if (state === "connected") this.#reach("channels");
      this.#become(state);
    }
  }

  #reach(stage: ConnectionStage): void {
    if (this.#stage !== "channels") this.#stage = stage;
  }

  #readMaxMessageBytes(): void {
    // Read once: this is asked for each message, and unlike ours, the native answer takes a lock.
    if (!this.#closing) this.#maxMessageBytes = Math.min(this.native.maxMessageSize(), MAX_MESSAGE_BYTES);
  }

  #throwIfClosed(): void {
    if (this.#closing) throw new PeerhoodError("CONNECTION_CLOSED", "The connection is closed; make a new one.");
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#call((told) => told.state(state));
  }

  /** Nothing but the end is told once this side is closing. */
  #tell(call: (handlers: ConnectionHandlers) => void): void {
    if (!this.#closing) this.#call(call);
  }

  #call(call: (handlers: ConnectionHandlers) => void): void {
    try {
      call(this.#handlers);
    } catch (error) {
      this.#logger.error("A handler of the connection threw.", error);
    }
  }
}

function isConnectionState(state: string): state is ConnectionState {
  return ["new", "connecting", "connected", "disconnected", "failed"].includes(state);
}

/** Resolves with the promise, or when the time is over. */
async function within(timeoutMs: number, promise: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
