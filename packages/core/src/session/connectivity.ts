import { signalingSilent } from "../diagnose/attempt-record.js";
import { PeerhoodError } from "../errors.js";
import type { RemoteMedia } from "../media/remote-media.js";
import type { RemoteStats } from "../remote-peer.js";
import { MAX_HELD_MESSAGES } from "./constants.js";
import { Dialer } from "./dialer.js";
import type { Goodbye } from "./ending.js";
import type { Link } from "./link.js";
import type { ControlMessage, SessionMessage } from "./messages.js";
import type { SessionHost } from "./session-host.js";

export interface ConnectivityOptions {
  readonly host: SessionHost;
  /** This side makes the offers. */
  readonly offering: boolean;
  readonly media: RemoteMedia;
  /** Says it by way of the driver. */
  readonly push: (message: SessionMessage | ControlMessage) => void;
  /** A connection is being made. */
  readonly onConnecting: () => void;
  readonly onUp: (link: Link, maxFrameBytes: number) => void;
  readonly onInterrupted: () => void;
  readonly onRecovered: () => void;
  readonly onDown: (error: PeerhoodError) => void;
  readonly onMessage: (message: ControlMessage) => void;
  readonly onError: (error: PeerhoodError) => void;
  readonly onViolation: (error: PeerhoodError) => void;
}

/** What joins a session to its connection: how one comes about, is talked over, and is lost. */
export class Connectivity {
  readonly #options: ConnectivityOptions;
  /** Messages that came while `verify` was still deciding, or the ICE servers were asked for. */
  #held: SessionMessage[] = [];
  #admitted = false;
  #closed = false;
  #dialer: Dialer | undefined;

  constructor(options: ConnectivityOptions) {
    this.#options = options;
  }

  /** Of the session, once there is one. */
  get link(): Link | undefined {
    return this.#dialer?.link;
  }

  /** The remote is let in: whoever makes the offers begins. */
  admit(): void {
    this.#admitted = true;
    if (this.#options.offering) void this.#connect();
    for (const message of this.#held.splice(0)) this.receive(message);
  }

  /** What the remote says, by way of the driver or over the connection. */
  receive(message: SessionMessage | ControlMessage): void {
    if (this.#closed) return;
    if (!this.#admitted) return this.#hold(message as SessionMessage);
    const isNegotiation = message.t === "description" || message.t === "candidate" || message.t === "negotiate";
    if (!isNegotiation) return this.#options.onMessage(message);
    if (this.#dialer?.link !== undefined) return this.#dialer.receive(message);
    this.#hold(message);
    void this.#connect();
  }

  /** Over the connection, or by way of the driver while there is none. */
  tell(message: SessionMessage | ControlMessage): void {
    const control = this.link?.control;
    if (control?.open === true) control.send(message);
    else this.#options.push(message);
  }

  /** Why there is no connection, as far as is known. */
  explain(error: PeerhoodError): PeerhoodError {
    if (this.link !== undefined) return this.link.explain(error);
    // Of the side that waits for an offer.
    if (error.code !== "CONNECTION_TIMEOUT" || this.#options.offering) return error;
    return new PeerhoodError(...signalingSilent(), { cause: error, retryable: true });
  }

  async stats(): Promise<RemoteStats | undefined> {
    return this.link?.stats();
  }

  /** Resolves when no native handle is left. The reason is the goodbye, if there is one. */
  async close(goodbye?: Goodbye): Promise<void> {
    const { push } = this.#options;
    this.#closed = true;
    if (goodbye !== undefined && this.link?.control.open !== true) push({ t: "bye", ...goodbye });
    await this.#dialer?.close(goodbye);
  }

  #hold(message: SessionMessage): void {
    if (this.#held.length < MAX_HELD_MESSAGES) this.#held.push(message);
    else {
      this.#options.onViolation(
        new PeerhoodError("PROTOCOL_ERROR", "The remote sent hundreds of signals before it was let in."),
      );
    }
  }

  async #connect(): Promise<void> {
    if (this.#dialer !== undefined || this.#closed) return;
    const { host, offering, media, onUp, onInterrupted, onRecovered, onDown, onError } = this.#options;
    const { adapter, iceTransportPolicy, clock, logger, heartbeatTimeoutMs } = host;
    this.#dialer = new Dialer({
      adapter,
      iceServers: () => host.iceServers(),
      iceTransportPolicy,
      clock,
      logger,
      offering,
      heartbeatTimeoutMs,
      media,
      send: (message) => this.tell(message),
      onUp,
      onMessage: (message) => this.receive(message),
      onInterrupted,
      onRecovered,
      onDown,
      onError,
    });
    this.#options.onConnecting();
    await this.#dialer.start();
    for (const message of this.#held.splice(0)) this.receive(message);
  }
}
