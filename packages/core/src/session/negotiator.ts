import type { Connection, IceCandidate } from "../adapter.js";
import { toPeerhoodError, type PeerhoodError } from "../errors.js";
import type { NegotiationMessage } from "./messages.js";

export interface NegotiatorOptions {
  readonly connection: Connection;
  /** Of each pair one side makes all offers, so two offers never cross. */
  readonly offering: boolean;
  readonly epoch: number;
  readonly send: (message: NegotiationMessage) => void;
  /** A description could not be made or used: the connection can not come about. */
  readonly onFailure: (error: PeerhoodError) => void;
  /** A candidate could not be used; others may do. */
  readonly onBadCandidate: (error: PeerhoodError) => void;
}

/** Offers and answers of one connection, which carries out its calls in their order (`Connection`, adapter.ts). */
export class Negotiator {
  readonly #options: NegotiatorOptions;
  #awaitingAnswer = false;
  #again = false;

  constructor(options: NegotiatorOptions) {
    this.#options = options;
  }

  /** Brings the two descriptions up to date: the offering side offers, the other asks it to. */
  negotiate(): void {
    const { offering, epoch, send } = this.#options;
    if (!offering) return send({ t: "negotiate", e: epoch });
    if (this.#awaitingAnswer) {
      this.#again = true;
      return;
    }
    this.#awaitingAnswer = true;
    this.#run(async () => {
      const description = await this.#options.connection.createOffer();
      send({ t: "description", e: epoch, description });
    });
  }

  localCandidate(candidate: IceCandidate | null): void {
    this.#options.send({ t: "candidate", e: this.#options.epoch, candidate });
  }

  /** Messages of another epoch belong to a connection that is no more, or not yet. */
  receive(message: NegotiationMessage): void {
    const { connection, offering, epoch, send, onBadCandidate } = this.#options;
    if (message.e !== epoch) return;
    if (message.t === "candidate") {
      connection.addCandidate(message.candidate).catch((error: unknown) => {
        onBadCandidate(toPeerhoodError(error, "INVALID_CANDIDATE", "A candidate of the remote could not be used."));
      });
    } else if (message.t === "negotiate") {
      if (offering) this.negotiate();
    } else if (offering) {
      this.#run(async () => {
        await connection.acceptAnswer(message.description);
        this.#awaitingAnswer = false;
        if (this.#again) {
          this.#again = false;
          this.negotiate();
        }
      });
    } else {
      this.#run(async () => {
        const description = await connection.acceptOffer(message.description);
        send({ t: "description", e: epoch, description });
      });
    }
  }

  #run(task: () => Promise<void>): void {
    task().catch((error: unknown) => {
      this.#options.onFailure(
        toPeerhoodError(error, "NATIVE_FAILED", "The two sides could not agree on a connection; see cause."),
      );
    });
  }
}
