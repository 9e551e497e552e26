import type { ConnectionState, IceCandidate } from "@peerhood/core";
import type { SimulatedNetwork } from "../network/simulated-network.js";
import type { SeededRandom } from "../random/seeded-random.js";
import { Association } from "./association.js";
import type { Chunk } from "./chunk.js";
import { ALERT_BYTES, HANDSHAKE_BYTES } from "./constants.js";
import type { Datagram } from "./datagram.js";
import { Handshake } from "./handshake.js";
import { IceAgent, type IceAgentOptions } from "./ice-agent.js";

export interface TransportOptions extends Pick<
  IceAgentOptions,
  "gathers" | "disconnectedAfterMs" | "failedAfterMs" | "host"
> {
  readonly network: SimulatedNetwork;
  readonly random: SeededRandom;
  readonly windowBytes: number;
  readonly onCandidate: (candidate: IceCandidate | null) => void;
  readonly onState: (state: ConnectionState) => void;
  /** Channels may open. */
  readonly onUp: () => void;
  /** Returns whether the chunk was taken. */
  readonly onChunk: (chunk: Chunk) => boolean;
  /** The other side has said that it is gone. */
  readonly onGone: () => void;
}

/** Who begins the DTLS handshake, and whom it must lead to. */
export interface SecurityTerms {
  readonly client: boolean;
  readonly remoteFingerprint: string;
}

/** ICE, then DTLS, then SCTP, of one connection. */
export class Transport {
  readonly ice: IceAgent;
  readonly association: Association;
  /** Of this side's certificate. */
  readonly fingerprint: string;
  readonly #options: TransportOptions;
  #handshake: Handshake | undefined;
  #remoteFingerprint: string | undefined;
  /** Fingerprint of a client that was faster than this side's ICE. */
  #earlyHello: string | undefined;
  #secured = false;
  #gone = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { network, random } = options;
    this.fingerprint = [...random.bytes(32)].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
    this.ice = new IceAgent({
      ...options,
      onState: () => this.#onIceState(),
      onDatagram: (datagram) => this.#onDatagram(datagram),
    });
    this.association = new Association({
      clock: network.clock,
      windowBytes: options.windowBytes,
      roundTripMs: () => this.ice.roundTripTimeMs ?? 0,
      transmit: (chunk, bytes, receipt) => this.ice.send({ kind: "chunk", chunk }, bytes, receipt),
    });
    network.associations.add(this.association);
  }

  /** As `RTCPeerConnectionState`, but for `closed`. */
  get state(): ConnectionState {
    const { state } = this.ice;
    if (state === "checking" || (state === "connected" && !this.#secured)) return "connecting";
    return state;
  }

  /** DTLS is done. */
  get secured(): boolean {
    return this.#secured;
  }

  /** Only the first terms count: DTLS goes on over a restart of ICE. */
  secure({ client, remoteFingerprint }: SecurityTerms): void {
    if (this.#handshake !== undefined) return;
    this.#remoteFingerprint = remoteFingerprint;
    this.#handshake = new Handshake({
      clock: this.#options.network.clock,
      client,
      send: (step) => this.ice.send({ kind: "handshake", step, fingerprint: this.fingerprint }, HANDSHAKE_BYTES),
      onSecured: () => {
        this.#secured = true;
        this.#options.onState(this.state);
      },
      onDone: () => this.#options.onUp(),
    });
  }

  close(): void {
    this.#handshake?.stop();
    this.association.stop();
    this.#options.network.associations.delete(this.association);
    if (this.#secured) this.ice.send({ kind: "alert" }, ALERT_BYTES);
    this.ice.close();
  }

  #onIceState(): void {
    if (this.ice.state === "failed") {
      this.#handshake?.stop();
      this.association.stop();
    }
    this.#options.onState(this.state);
    if (this.ice.state !== "connected") return;
    this.#handshake?.start();
    if (this.#earlyHello !== undefined) this.#onHandshake(1, this.#earlyHello);
  }

  #onDatagram(datagram: Datagram): boolean {
    if (datagram.kind === "handshake") return this.#onHandshake(datagram.step, datagram.fingerprint);
    if (datagram.kind === "alert") {
      this.#onAlert();
      return true;
    }
    return datagram.kind === "chunk" && !this.#gone && this.#options.onChunk(datagram.chunk);
  }

  #onHandshake(step: number, fingerprint: string): boolean {
    if (this.#handshake === undefined || this.ice.selectedPair === undefined) {
      // Kept as Chromium does. OpenSSL drops it and connects a second later, which adapters work around.
      if (step === 1) this.#earlyHello = fingerprint;
      return false;
    }
    if (fingerprint !== this.#remoteFingerprint) {
      this.ice.fail();
      return false;
    }
    this.#handshake.receive(step);
    return true;
  }

  #onAlert(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#handshake?.stop();
    this.association.stop();
    this.#options.onGone();
  }
}
