import type { Connection } from "../adapter.js";
import { signalingSilent } from "../diagnose/attempt-record.js";
import { PeerhoodError } from "../errors.js";
import type { RemoteStats } from "../remote-peer.js";
import type { PairRecord } from "../snapshot/pair-record.js";
import { MAX_HELD_MESSAGES } from "./constants.js";
import { Dialer } from "./dialer.js";
import type { Goodbye } from "./ending.js";
import type { Link } from "./link.js";
import type { ControlMessage, HelloMessage, Receipt, SessionMessage } from "./messages.js";
import type { MediaLabels } from "./negotiator.js";
import type { SessionHost } from "./session-host.js";

export interface ConnectivityOptions {
  readonly host: SessionHost;
  readonly remoteId: string;
  /** This side makes the offers. */
  readonly offering: boolean;
  readonly media: MediaLabels;
  readonly record: PairRecord;
  /** Number of the frames that have come on its channels. */
  readonly arrived: () => number;
  /** Says it by way of the driver. */
  readonly push: (message: SessionMessage) => void;
  /** A connection is being made, the first or another. */
  readonly onConnecting: () => void;
  /** All goes over that connection from now on; returns what has come over earlier ones. */
  readonly adopt: (connection: Connection) => Receipt;
  /** The other side has said hello on it. */
  readonly onUp: (link: Link, maxFrameBytes: number, hello: HelloMessage) => void;
  /** Another is being built beside it, or no longer. */
  readonly onBuilding: () => void;
  /** It is lost; it may come back, or another take its place. */
  readonly onLost: () => void;
  readonly onRecovered: (connection: Connection) => void;
  readonly onDown: (error: PeerhoodError) => void;
  readonly onMessage: (message: ControlMessage) => void;
  readonly onError: (error: PeerhoodError) => void;
}

/** What joins a session to its connections: how one comes about, is talked over, and is replaced when it is lost. */
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

  /** The one in use, or being made as the first. */
  get link(): Link | undefined {
    return this.#dialer?.link;
  }

  /** Whether signals are needed although the session is connected. */
  get isBuilding(): boolean {
    return this.#dialer?.isBuilding ?? false;
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
  tell(message: SessionMessage): void {
    const working = this.#dialer?.working;
    if (working === undefined) this.#options.push(message);
    else working.control.send(message);
  }

  /** On the connection in use only: what another one needs is said when that is up. */
  control(message: ControlMessage): void {
    this.#dialer?.link?.control.send(message);
  }

  /**
   * For whoever notices that the connection is of no use: another is built beside it, and takes its place unless
   * `recovered` is called before.
   */
  lost(cause: PeerhoodError): void {
    this.#dialer?.lost(cause);
  }

  /** The network of this machine has changed. */
  doubt(): void {
    this.#dialer?.doubt();
  }

  /** The connection that was taken for lost works. */
  recovered(): void {
    this.#dialer?.recovered();
  }

  /** Signals may reach the other side again. */
  signalingOpened(): void {
    this.#dialer?.signalingOpened();
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
    if (goodbye !== undefined && this.#dialer?.working?.control.open !== true) push({ t: "bye", ...goodbye });
    await this.#dialer?.close(goodbye);
  }

  #hold(message: SessionMessage): void {
    if (this.#held.length < MAX_HELD_MESSAGES) this.#held.push(message);
    else {
      this.#options.onDown(
        new PeerhoodError("PROTOCOL_ERROR", "The remote sent hundreds of signals before it was let in."),
      );
    }
  }

  async #connect(): Promise<void> {
    if (this.#dialer !== undefined || this.#closed) return;
    const { host, onConnecting, ...options } = this.#options;
    const { adapter, iceTransportPolicy, clock, logger, reconnect, heartbeatTimeoutMs } = host;
    this.#dialer = new Dialer({
      ...options,
      adapter,
      iceServers: () => host.iceServers(),
      iceTransportPolicy,
      clock,
      logger,
      heartbeatTimeoutMs,
      reconnect,
      random: host.random,
      canSignal: () => host.canSignal(),
      checkSignaling: () => host.checkSignaling(),
      onMessage: (message) => this.receive(message),
      onTrying: onConnecting,
    });
    onConnecting();
    await this.#dialer.start();
    for (const message of this.#held.splice(0)) this.receive(message);
  }
}
