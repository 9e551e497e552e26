import {
  PeerhoodError,
  type ChannelInit,
  type Connection,
  type ConnectionHandlers,
  type ConnectionOptions,
  type ConnectionStage,
  type ConnectionState,
  type ConnectionStats,
  type DataChannelLike,
  type IceCandidate,
  type SessionDescription,
} from "@peerhood/core";
import { SignalingGate } from "@peerhood/core/internal";
import { SimulatedMedia } from "../media/simulated-media.js";
import type { SimulatedNetwork } from "../network/simulated-network.js";
import type { SeededRandom } from "../random/seeded-random.js";
import { Channels } from "./channels.js";
import { UNSAID_MAX_MESSAGE_BYTES } from "./constants.js";
import { hasTurn } from "./ice-servers.js";
import { Negotiation } from "./negotiation.js";
import { Transport } from "./transport.js";

/** What the adapter fixes for all of its connections. */
export interface ConnectionSettings {
  readonly network: SimulatedNetwork;
  readonly host: string;
  readonly random: SeededRandom;
  readonly iceRestart: boolean;
  readonly maxMessageBytes: number;
  readonly windowBytes: number;
  readonly disconnectedAfterMs: number;
  readonly failedAfterMs: number;
  readonly countChannels: (difference: number) => void;
  readonly onClosed: () => void;
}

/** `connection.native` of the simulated adapter: what a remote may do that peerhood never does. */
export interface SimulatedNative {
  /** Opens a channel in-band (RFC 8832). */
  openInBandChannel(label: string): DataChannelLike;
  /** Media sections of its descriptions. */
  readonly sections: number;
}

/** A {@link Connection} over a {@link SimulatedNetwork}. */
export class SimulatedConnection implements Connection {
  readonly native: SimulatedNative;
  readonly media: SimulatedMedia;
  readonly #settings: ConnectionSettings;
  readonly #options: ConnectionOptions;
  readonly #transport: Transport;
  readonly #channels: Channels;
  readonly #negotiation: Negotiation;
  readonly #gate: SignalingGate;
  readonly #tasks = new Set<unknown>();
  #state: ConnectionState = "new";
  #closing: Promise<void> | undefined;

  constructor(settings: ConnectionSettings, options: ConnectionOptions) {
    this.#settings = settings;
    this.#options = options;
    const withRelay = hasTurn(options.iceServers) ? "relay" : undefined;
    this.#transport = new Transport({
      ...settings,
      gathers: options.iceTransportPolicy === "all" ? "host" : withRelay,
      onCandidate: (candidate) => this.#tell((handlers) => handlers.candidate(candidate)),
      onState: (state) => this.#become(state),
      onUp: () => this.#channels.open(),
      onChunk: (chunk) => this.#channels.receive(chunk),
      onGone: () => this.#channels.end(),
    });
    this.#channels = new Channels({
      clock: settings.network.clock,
      count: settings.countChannels,
      association: this.#transport.association,
      logger: options.logger,
      limitBytes: () => this.maxMessageBytes,
      later: (task) => this.#later(task),
      onUnexpected: (label) => this.#tell((handlers) => handlers.unexpectedChannel(label)),
    });
    this.media = new SimulatedMedia(settings.network.mediaSources, String(settings.random.fork("media").next()));
    this.#negotiation = new Negotiation({
      ...settings,
      media: this.media,
      transport: this.#transport,
      hasChannels: () => this.#channels.used,
      later: (task) => this.#later(task),
    });
    this.#gate = new SignalingGate(this.#negotiation);
    const { media } = this;
    this.native = {
      openInBandChannel: (label) => this.#channels.openInBand(label),
      get sections() {
        return media.size;
      },
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get stage(): ConnectionStage {
    if (this.#transport.secured) return "channels";
    return this.#transport.ice.selectedPair === undefined ? "path" : "encryption";
  }

  get maxMessageBytes(): number {
    const remote = this.#negotiation.remote;
    if (remote === undefined) return UNSAID_MAX_MESSAGE_BYTES;
    const { maxMessageBytes = UNSAID_MAX_MESSAGE_BYTES } = remote;
    // RFC 8841 section 6.1: 0 means any size.
    return Math.min(maxMessageBytes === 0 ? Number.POSITIVE_INFINITY : maxMessageBytes, this.#settings.maxMessageBytes);
  }

  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription> {
    return this.#gate.createOffer(options);
  }

  acceptOffer(offer: SessionDescription): Promise<SessionDescription> {
    return this.#gate.acceptOffer(offer);
  }

  acceptAnswer(answer: SessionDescription): Promise<void> {
    return this.#gate.acceptAnswer(answer);
  }

  addCandidate(candidate: IceCandidate | null): Promise<void> {
    return this.#gate.addCandidate(candidate);
  }

  createChannel(init: ChannelInit): DataChannelLike {
    this.#throwIfClosed();
    return this.#channels.create(init);
  }

  async stats(): Promise<ConnectionStats> {
    this.#throwIfClosed();
    const { bytesSent, bytesReceived, packetsSent, packetsLost, roundTripTimeMs, selectedPair } = this.#transport.ice;
    return {
      bytesSent,
      bytesReceived,
      ...(packetsSent === 0 ? {} : { packets: { known: packetsSent, lost: packetsLost } }),
      ...(roundTripTimeMs === undefined ? {} : { roundTripTimeMs }),
      ...(selectedPair === undefined ? {} : { selectedCandidatePair: selectedPair }),
    };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#gate.close();
    for (const task of this.#tasks) this.#settings.network.clock.clearTimeout(task);
    this.#tasks.clear();
    this.#transport.close();
    this.media.close();
    this.#channels.dispose();
    this.#settings.onClosed();
    // Handlers are never called from within a call of ours. A microtask, so that close() needs no time to pass.
    await undefined;
    this.#state = "closed";
    this.#call((handlers) => handlers.state("closed"));
  }

  #throwIfClosed(): void {
    if (this.#closing) throw new PeerhoodError("CONNECTION_CLOSED", "The connection is closed; make a new one.");
  }

  /** The parts tell from timers only, with one exception: the first state, from within taking a description. */
  #become(state: ConnectionState): void {
    if (state === this.#state || this.#closing) return;
    this.#state = state;
    this.#tell((handlers) => handlers.state(state));
  }

  #tell(call: (handlers: ConnectionHandlers) => void): void {
    if (!this.#closing) this.#call(call);
  }

  #call(call: (handlers: ConnectionHandlers) => void): void {
    try {
      call(this.#options.handlers);
    } catch (error) {
      this.#options.logger.error("A handler of the connection threw.", error);
    }
  }

  #later(task: () => void): void {
    const { clock } = this.#settings.network;
    const timer = clock.setTimeout(() => {
      this.#tasks.delete(timer);
      task();
    }, 0);
    this.#tasks.add(timer);
  }
}
