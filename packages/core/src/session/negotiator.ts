import type { Connection, IceCandidate, SessionDescription } from "../adapter.js";
import { toPeerhoodError, type PeerhoodError } from "../errors.js";
import { checkDemand, type MediaState } from "../media/media-messages.js";
import type { NegotiationMessage } from "./messages.js";

/** The labels of shared streams, which travel with the descriptions that have their sections. */
export interface MediaLabels {
  /** What this side shares, as of the description that it just set. */
  describe(): MediaState | undefined;
  /** What the other side shares, when its description is set. */
  receive(state: unknown): void;
}

export interface NegotiatorOptions {
  readonly connection: Connection;
  /** Of each pair one side makes all offers, so two offers never cross. */
  readonly offering: boolean;
  readonly epoch: number;
  readonly send: (message: NegotiationMessage) => void;
  readonly media: MediaLabels;
  /** A description could not be made or used: the connection can not come about. */
  readonly onFailure: (error: PeerhoodError) => void;
  /** A candidate could not be used; others may do. */
  readonly onBadCandidate: (error: PeerhoodError) => void;
}

/** Offers and answers of one connection, which carries out its calls in their order (`Connection`, adapter.ts). */
export class Negotiator {
  readonly #options: NegotiatorOptions;
  /** Of the offering side: its offer is out, or its answer is being set. */
  #offer: "none" | "out" | "answered" = "none";
  #again = false;

  constructor(options: NegotiatorOptions) {
    this.#options = options;
  }

  /** Brings the two descriptions up to date: the offering side offers, the other asks it to. */
  negotiate(): void {
    const { connection, offering, epoch, send } = this.#options;
    const { media } = connection;
    if (!offering) return send({ t: "negotiate", e: epoch, ...(media && { demand: media.demand }) });
    if (this.#offer !== "none") {
      this.#again = true;
      return;
    }
    this.#offer = "out";
    this.#run(async () => {
      send(this.#describe(await connection.createOffer()));
    });
  }

  #describe(description: SessionDescription): NegotiationMessage {
    const media = this.#options.media.describe();
    return { t: "description", e: this.#options.epoch, description, ...(media && { media }) };
  }

  localCandidate(candidate: IceCandidate | null): void {
    this.#options.send({ t: "candidate", e: this.#options.epoch, candidate });
  }

  /** Messages of another epoch belong to a connection that is no more, or not yet. */
  receive(message: NegotiationMessage): void {
    const { connection, offering, epoch, send, media, onBadCandidate } = this.#options;
    if (message.e !== epoch) return;
    if (message.t === "candidate") {
      connection.addCandidate(message.candidate).catch((error: unknown) => {
        onBadCandidate(toPeerhoodError(error, "INVALID_CANDIDATE", "A candidate of the remote could not be used."));
      });
    } else if (message.t === "negotiate") {
      if (offering) this.#onDemand(message.demand);
    } else if (offering) {
      this.#offer = "answered";
      this.#run(async () => {
        await connection.acceptAnswer(message.description);
        if (message.media !== undefined) media.receive(message.media);
        this.#offer = "none";
        if (this.#again) {
          this.#again = false;
          this.negotiate();
        }
      });
    } else {
      this.#run(async () => {
        send(this.#describe(await connection.acceptOffer(message.description)));
        if (message.media !== undefined) media.receive(message.media);
        // What was shared while the answer was being made, or found no section in this offer.
        if (connection.media?.pending) this.negotiate();
      });
    }
  }

  /** The other side wants to send more. If it has yet to answer, that may do, and it asks again if it does not. */
  #onDemand(demand: unknown): void {
    try {
      if (demand !== undefined) this.#options.connection.media?.reserve(checkDemand(demand));
    } catch (error) {
      return this.#options.onFailure(toPeerhoodError(error, "PROTOCOL_ERROR", "The remote asked for the impossible."));
    }
    if (this.#offer !== "out") this.negotiate();
  }

  #run(task: () => Promise<void>): void {
    task().catch((error: unknown) => {
      this.#options.onFailure(
        toPeerhoodError(error, "NATIVE_FAILED", "The two sides could not agree on a connection; see cause."),
      );
    });
  }
}
