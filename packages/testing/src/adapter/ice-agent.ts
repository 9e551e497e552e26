import type { CandidateInfo, Clock, IceCandidate } from "@peerhood/core";
import type { SimulatedNetwork } from "../network/simulated-network.js";
import type { SeededRandom } from "../random/seeded-random.js";
import { readCandidate, writeCandidate } from "./candidate.js";
import { CHECK_BYTES, CHECK_INTERVAL_MS, CONSENT_INTERVAL_MS, GATHER_MS } from "./constants.js";
import type { CheckStamp, Datagram, DatagramEndpoint } from "./datagram.js";
import { createCredentials, isSame, type IceCredentials } from "./ice-credentials.js";

export type IceState = "new" | "checking" | "connected" | "disconnected" | "failed";

export interface IceAgentOptions {
  readonly network: SimulatedNetwork;
  readonly host: string;
  readonly random: SeededRandom;
  /** What to gather: `relay` where only a TURN server may be used, `undefined` where there is none. */
  readonly gathers: "host" | "relay" | undefined;
  readonly disconnectedAfterMs: number;
  readonly failedAfterMs: number;
  readonly onCandidate: (candidate: IceCandidate | null) => void;
  readonly onState: (state: IceState) => void;
  /** Anything but checks; returns whether it was of use. */
  readonly onDatagram: (datagram: Datagram) => boolean;
}

export interface Receipt {
  readonly packets: number;
  readonly onTaken: () => void;
  /** That many packets are to be sent again. */
  readonly onLoss: (packets: number) => void;
}

/**
 * ICE (RFC 8445) with one component, one local candidate and no roles: both sides check all that they know of the
 * other, and each uses the first pair that answers. Afterwards checks go on, as RFC 7675 has it, to notice silence.
 */
export class IceAgent {
  readonly #options: IceAgentOptions;
  readonly #clock: Clock;
  readonly #endpoint: DatagramEndpoint;
  readonly #timers = new Set<unknown>();
  #local: IceCredentials;
  /** Valid until the other side has taken the new ones. */
  #previousLocal: IceCredentials | undefined;
  #remote: IceCredentials | undefined;
  #generation = 0;
  readonly #candidates = new Map<string, CandidateInfo>();
  /** Checked us before we knew the credentials to answer with a check of our own (RFC 8445 section 7.3). */
  readonly #early = new Map<string, CandidateInfo>();
  #selected: string | undefined;
  #confirmed = false;
  #state: IceState = "new";
  #startedAtMs = 0;
  #heardAtMs = 0;
  #closed = false;
  #ticking = false;
  bytesSent = 0;
  bytesReceived = 0;
  /** Of those that tell their fate. */
  packetsSent = 0;
  packetsLost = 0;
  roundTripTimeMs: number | undefined;

  constructor(options: IceAgentOptions) {
    this.#options = options;
    this.#clock = options.network.clock;
    this.#local = createCredentials(options.random);
    this.#endpoint = options.network.endpoints.bind(options.host, (...arrived) => this.#receive(...arrived));
  }

  get local(): IceCredentials {
    return this.#local;
  }

  get state(): IceState {
    return this.#state;
  }

  get selectedPair(): { local: CandidateInfo; remote: CandidateInfo } | undefined {
    const remote = this.#selected === undefined ? undefined : this.#candidates.get(this.#selected);
    return remote && { local: this.#localCandidate(), remote };
  }

  gather(): void {
    this.#later(GATHER_MS, () => {
      if (this.#options.gathers !== undefined) {
        this.#options.onCandidate(writeCandidate(this.#localCandidate(), this.#local.ufrag));
      }
      this.#later(GATHER_MS, () => this.#options.onCandidate(null));
    });
  }

  /** New credentials, for an offer that restarts or an answer to one. */
  restart(): void {
    this.#previousLocal = this.#local;
    this.#local = createCredentials(this.#options.random);
    this.gather();
  }

  /** Whether taking these credentials would mean a restart. */
  wouldRestart(remote: IceCredentials): boolean {
    return this.#remote !== undefined && !isSame(this.#remote, remote);
  }

  setRemote(remote: IceCredentials): void {
    if (isSame(this.#remote, remote)) return;
    this.#remote = remote;
    this.#generation++;
    this.#confirmed = false;
    this.#startedAtMs = this.#clock.now();
    for (const [key, candidate] of this.#early) if (!this.#candidates.has(key)) this.#candidates.set(key, candidate);
    this.#early.clear();
    if (this.#state === "new") this.#become("checking");
    this.#tick();
  }

  addCandidate(candidate: IceCandidate | null): void {
    const info = candidate === null ? undefined : readCandidate(candidate);
    if (info === undefined) return;
    const key = keyOf(info);
    // Signaled after it was learned from a check: the type is known now.
    this.#candidates.set(key, info);
    if (this.#remote !== undefined && !this.#confirmed) this.#check(key, info);
  }

  /** Sends over the selected pair. With a `receipt` the sender hears what became of it, unless the pair is gone. */
  send(datagram: Datagram, bytes: number, receipt?: Receipt): void {
    const remote = this.#selected === undefined ? undefined : this.#candidates.get(this.#selected);
    if (remote !== undefined) this.#transmit(datagram, bytes, remote, receipt);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    this.#options.network.endpoints.release(this.#endpoint);
  }

  /** For good: nothing is sent or heard any more. */
  fail(): void {
    this.#become("failed");
    this.close();
  }

  #localCandidate(): CandidateInfo {
    const { address, port } = this.#endpoint;
    return { type: this.#options.gathers ?? "host", protocol: "udp", address, port };
  }

  #receive(datagram: Datagram, bytes: number, from: DatagramEndpoint): boolean {
    if (this.#closed) return false;
    const key = keyOf(from);
    if (datagram.kind !== "check" && !this.#candidates.has(key) && !this.#early.has(key)) return false;
    this.bytesReceived += bytes;
    if (datagram.kind === "check") this.#receiveCheck(datagram, from);
    else if (datagram.kind === "check-response") this.#receiveResponse(datagram.stamp);
    else {
      this.#heard();
      return this.#options.onDatagram(datagram);
    }
    return true;
  }

  #receiveCheck(check: Datagram & { kind: "check" }, { address, port }: DatagramEndpoint): void {
    if (!isSame(this.#local, check) && !isSame(this.#previousLocal, check)) return;
    const source: CandidateInfo = { type: "prflx", protocol: "udp", address, port };
    const key = keyOf(source);
    if (this.#remote === undefined) this.#early.set(key, source);
    else if (!this.#candidates.has(key)) this.#learn(key, source);
    this.#heard();
    this.#transmit({ kind: "check-response", stamp: check.stamp }, CHECK_BYTES, source);
  }

  /** A peer-reflexive candidate (RFC 8445 section 7.3.1.3), checked at once (section 7.3.1.4). */
  #learn(key: string, source: CandidateInfo): void {
    this.#candidates.set(key, source);
    if (!this.#confirmed) this.#check(key, source);
  }

  #receiveResponse({ candidate, generation, sentAtMs }: CheckStamp): void {
    this.roundTripTimeMs = this.#clock.now() - sentAtMs;
    this.#heard();
    if (this.#confirmed || generation !== this.#generation) return;
    this.#confirmed = true;
    this.#selected = candidate;
    this.#become("connected");
  }

  #heard(): void {
    this.#heardAtMs = this.#clock.now();
    if (this.#state === "disconnected") this.#become("connected");
  }

  #tick(): void {
    if (this.#ticking || this.#closed) return;
    const selected = this.#selected;
    const silenceMs = this.#clock.now() - (selected === undefined ? this.#startedAtMs : this.#heardAtMs);
    if (silenceMs >= this.#options.failedAfterMs) return this.fail();
    if (silenceMs >= this.#options.disconnectedAfterMs && this.#state === "connected") this.#become("disconnected");
    // A handler of that state may have closed the connection.
    if (this.#closed) return;
    for (const [key, candidate] of this.#candidates) {
      if (!this.#confirmed || key === selected) this.#check(key, candidate);
    }
    this.#ticking = true;
    this.#later(this.#confirmed ? CONSENT_INTERVAL_MS : CHECK_INTERVAL_MS, () => {
      this.#ticking = false;
      this.#tick();
    });
  }

  #check(key: string, candidate: CandidateInfo): void {
    if (this.#remote === undefined || this.#closed) return;
    const stamp = { candidate: key, generation: this.#generation, sentAtMs: this.#clock.now() };
    this.#transmit({ kind: "check", stamp, ...this.#remote }, CHECK_BYTES, candidate);
  }

  #transmit(datagram: Datagram, bytes: number, to: CandidateInfo, receipt?: Receipt): void {
    if (this.#closed || this.#options.gathers === undefined) return;
    this.bytesSent += bytes;
    const { endpoints, plane } = this.#options.network;
    const target = endpoints.find(to.address, to.port);
    // Nobody there: a datagram to nowhere.
    if (target === undefined) return;
    const packets = receipt?.packets ?? 1;
    if (receipt !== undefined) this.packetsSent += packets;
    const onLoss = (lost: number): void => {
      this.packetsLost += lost;
      receipt?.onLoss(lost);
    };
    plane.send({
      from: this.#endpoint.host,
      to: target.host,
      bytes,
      packets,
      copies: receipt === undefined,
      onArrival: () => {
        const isThere = endpoints.find(to.address, to.port) === target;
        const taken = isThere && target.receive(datagram, bytes, this.#endpoint);
        if (taken) receipt?.onTaken();
        else onLoss(packets);
      },
      onLoss,
    });
  }

  #become(state: IceState): void {
    if (state === this.#state || this.#closed) return;
    this.#state = state;
    this.#options.onState(state);
  }

  #later(delayMs: number, task: () => void): void {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, delayMs);
    this.#timers.add(timer);
  }
}

function keyOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}:${port}`;
}
