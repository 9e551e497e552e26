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
import { SignalingGate, toPeerhoodError } from "@peerhood/core/internal";
import { Channels } from "./channels.js";
import { DEFAULT_MESSAGE_BYTES, MAX_MESSAGE_BYTES } from "./constants.js";
import { BrowserMedia } from "./media.js";
import { negotiation } from "./negotiation.js";
import { readStats } from "./stats.js";

/** A {@link Connection} whose `native` is the browser's own object. */
export class BrowserConnection implements Connection {
  readonly native: RTCPeerConnection;
  readonly media: BrowserMedia;
  readonly #handlers: ConnectionHandlers;
  readonly #logger: Logger;
  readonly #channels = new Channels();
  readonly #gate: SignalingGate;
  #state: ConnectionState = "new";
  #stage: ConnectionStage = "path";
  #closing: Promise<void> | undefined;

  constructor(native: RTCPeerConnection, handlers: ConnectionHandlers, logger: Logger) {
    this.native = native;
    this.#handlers = handlers;
    this.#logger = logger;
    this.media = new BrowserMedia(native, (cause) => {
      const message = "A track could not be sent as it was asked; see cause.";
      const error = toPeerhoodError(cause, "UNSUPPORTED_TRACK", message);
      if (!this.#closing) this.#tell((told) => told.error(error));
    });
    this.#gate = new SignalingGate(negotiation(native, this.#channels, this.media));
    native.addEventListener("connectionstatechange", () => {
      if (this.#closing) return;
      this.#watchTransports();
      if (native.connectionState === "connected") this.#stage = "channels";
      this.#become(native.connectionState);
    });
    native.addEventListener("icecandidate", ({ candidate }) => {
      // Firefox also ends each generation with an empty candidate; the null that follows says the same.
      if (!this.#closing && candidate?.candidate !== "") {
        this.#tell((told) => told.candidate(candidate && (candidate.toJSON() as IceCandidate)));
      }
    });
    native.addEventListener("icecandidateerror", ({ url, errorCode, errorText }) => {
      if (!this.#closing) this.#tell((told) => told.serverFailed?.({ url, code: errorCode, text: errorText }));
    });
    native.addEventListener("iceconnectionstatechange", () => {
      const { iceConnectionState } = native;
      if (this.#stage === "path" && /connected|completed/.test(iceConnectionState)) this.#stage = "encryption";
    });
    native.addEventListener("datachannel", ({ channel }) => {
      channel.close();
      if (!this.#closing) this.#tell((told) => told.unexpectedChannel(channel.label));
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get stage(): ConnectionStage {
    // A channel may open before the event of the state is here.
    const isUp = this.native.connectionState === "connected" || this.native.sctp?.state === "connected";
    return isUp ? "channels" : this.#stage;
  }

  get maxMessageBytes(): number {
    // Firefox throws on reading this of a closed connection; Chromium says Infinity until the other side has spoken.
    const sctp = !this.#closing && this.native.remoteDescription && this.native.sctp;
    return sctp ? Math.min(sctp.maxMessageSize, MAX_MESSAGE_BYTES) : DEFAULT_MESSAGE_BYTES;
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

  createChannel(init: ChannelInit): RTCDataChannel {
    this.#throwIfClosed();
    return this.#channels.create(this.native, init);
  }

  async stats(): Promise<ConnectionStats> {
    this.#throwIfClosed();
    return readStats(await this.native.getStats());
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#gate.close();
    this.#channels.closeAll();
    this.native.close();
    // Handlers are never called from within a call of ours.
    await undefined;
    this.#become("closed");
  }

  /**
   * The other side's close() ends SCTP and DTLS at once (of Node's at times only SCTP), while the state of the whole
   * goes on to say "connected": for 6 s more in Chromium and 11 s in Firefox, and "failed" comes 10 or 18 s later.
   */
  #watchTransports(): void {
    const { sctp } = this.native;
    if (!sctp) return;
    const { transport } = sctp;
    sctp.onstatechange = transport.onstatechange = () => {
      if (sctp.state === "closed" || transport.state === "closed") void this.close();
    };
  }

  #throwIfClosed(): void {
    if (this.#closing) throw new PeerhoodError("CONNECTION_CLOSED", "The connection is closed; make a new one.");
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell((told) => told.state(state));
  }

  #tell(call: (handlers: ConnectionHandlers) => void): void {
    try {
      call(this.#handlers);
    } catch (error) {
      this.#logger.error("A handler of the connection threw.", error);
    }
  }
}
