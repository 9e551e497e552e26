import { PeerhoodError, type IceCandidate, type SessionDescription } from "@peerhood/core";
import type { NativeNegotiation } from "@peerhood/core/internal";
import type { SimulatedMedia } from "../media/simulated-media.js";
import type { SeededRandom } from "../random/seeded-random.js";
import type { DescribedSection } from "../media/media-section.js";
import { readDescription, writeDescription, type DescribedSession } from "./description.js";
import type { Transport } from "./transport.js";

export interface NegotiationOptions {
  readonly transport: Transport;
  readonly media: SimulatedMedia;
  readonly random: SeededRandom;
  readonly iceRestart: boolean;
  readonly maxMessageBytes: number;
  readonly hasChannels: () => boolean;
  readonly later: (task: () => void) => void;
}

/** Descriptions of a simulated connection (RFC 9429); the gate in front of it sees to order, state and shape. */
export class Negotiation implements NativeNegotiation {
  readonly #options: NegotiationOptions;
  readonly #sessionId: number;
  #version = 1;
  #gathered = false;
  /** Role in DTLS, once it is settled. */
  #client: boolean | undefined;
  #remote: DescribedSession | undefined;

  constructor(options: NegotiationOptions) {
    this.#options = options;
    this.#sessionId = options.random.below(2 ** 31);
  }

  /** What the other side has said last. */
  get remote(): DescribedSession | undefined {
    return this.#remote;
  }

  async createOffer({ iceRestart }: { iceRestart: boolean }): Promise<SessionDescription> {
    const { hasChannels, transport, media } = this.#options;
    if (!hasChannels()) {
      throw new PeerhoodError("INVALID_STATE", "There is nothing to offer yet: create a channel first.");
    }
    if (iceRestart && !this.#options.iceRestart) {
      throw new PeerhoodError("INVALID_STATE", "This adapter does not restart ICE: make a new connection.");
    }
    if (iceRestart) transport.ice.restart();
    return this.#describe("offer", "actpass", media.offer());
  }

  async acceptOffer(offer: SessionDescription): Promise<SessionDescription> {
    const { transport, media } = this.#options;
    const remote = readDescription(offer);
    const restarts = this.#checkRestart(remote);
    const sections = media.answer(remote.media);
    // RFC 8842 section 5.3: the answering side is the client, unless the other one wants to be.
    this.#client ??= remote.setup !== "active";
    // What is told on the way must not come from within the call.
    if (restarts) transport.ice.restart();
    const answer = this.#describe("answer", this.#client ? "active" : "passive", sections);
    this.#take(remote);
    return answer;
  }

  async acceptAnswer(answer: SessionDescription): Promise<void> {
    const remote = readDescription(answer);
    if (remote.setup === "actpass") throw new Error("an answer must choose its role");
    this.#options.media.acceptAnswer(remote.media);
    this.#client ??= remote.setup === "passive";
    this.#take(remote);
  }

  addCandidate(candidate: IceCandidate | null): void {
    this.#options.transport.ice.addCandidate(candidate);
  }

  /** Whether the remote restarts ICE. What cannot be done is refused before anything has changed. */
  #checkRestart(remote: DescribedSession): boolean {
    const restarts = this.#options.transport.ice.wouldRestart(remote);
    if (restarts && !this.#options.iceRestart) throw new Error("the remote restarts ICE, which this adapter does not");
    return restarts;
  }

  #take(remote: DescribedSession): void {
    const { transport } = this.#options;
    this.#remote = remote;
    transport.secure({ client: this.#client ?? false, remoteFingerprint: remote.fingerprint });
    for (const candidate of remote.candidates) transport.ice.addCandidate({ candidate });
    // Tells states, which must not happen from within a call.
    this.#options.later(() => transport.ice.setRemote(remote));
  }

  #describe(
    type: SessionDescription["type"],
    setup: DescribedSession["setup"],
    media: readonly DescribedSection[],
  ): SessionDescription {
    const { transport, maxMessageBytes } = this.#options;
    if (!this.#gathered) {
      this.#gathered = true;
      transport.ice.gather();
    }
    return writeDescription(type, {
      sessionId: this.#sessionId,
      version: this.#version++,
      ...transport.ice.local,
      fingerprint: transport.fingerprint,
      setup,
      maxMessageBytes,
      candidates: [],
      media,
    });
  }
}
