import type { IceCandidate, SessionDescription } from "../adapter.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import { SerialQueue } from "../util/serial-queue.js";
import { checkCandidate, checkDescription } from "./sdp-check.js";

/** Candidates kept while their description is awaited; a remote that sends more is broken or hostile. */
const MAX_EARLY_CANDIDATES = 256;

/** What an adapter supplies; each is called only in a state in which it is allowed, with input of valid shape. */
export interface NativeNegotiation {
  createOffer(options: { iceRestart: boolean }): Promise<SessionDescription>;
  acceptOffer(offer: SessionDescription): Promise<SessionDescription>;
  acceptAnswer(answer: SessionDescription): Promise<void>;
  addCandidate(candidate: IceCandidate | null): Promise<void> | void;
}

/**
 * The offer/answer state machine in front of a native connection (JSEP, RFC 9429 section 3.2, without glare): one
 * serial queue, candidates held until the remote description is set, every failure typed. The three adapters share
 * it, so a wrong call or a hostile remote never reaches native code.
 */
export class SignalingGate {
  readonly #native: NativeNegotiation;
  readonly #queue = new SerialQueue();
  #early: (IceCandidate | null)[] = [];
  #offerOut = false;
  #remoteSet = false;
  #closed = false;
  #reportClosed: (error: PeerhoodError) => void = () => {};
  readonly #closing: Promise<never>;

  constructor(native: NativeNegotiation) {
    this.#native = native;
    this.#closing = new Promise((_, reject) => (this.#reportClosed = reject));
    this.#closing.catch(() => {});
  }

  createOffer(options: { iceRestart?: boolean } = {}): Promise<SessionDescription> {
    return this.#run(async () => {
      if (this.#offerOut) throw wrongState("createOffer", "an offer is already waiting for its answer");
      const offer = await this.#native.createOffer({ iceRestart: options.iceRestart ?? false });
      this.#offerOut = true;
      return offer;
    });
  }

  acceptOffer(offer: SessionDescription): Promise<SessionDescription> {
    return this.#run(async () => {
      const checked = checkDescription(offer, "offer");
      if (this.#offerOut) throw wrongState("acceptOffer", "this side has an offer of its own out");
      const answer = await native(() => this.#native.acceptOffer(checked), "INVALID_DESCRIPTION", "offer");
      await this.#remoteIsSet();
      return answer;
    });
  }

  acceptAnswer(answer: SessionDescription): Promise<void> {
    return this.#run(async () => {
      const checked = checkDescription(answer, "answer");
      if (!this.#offerOut) throw wrongState("acceptAnswer", "no offer of this side is waiting for an answer");
      await native(() => this.#native.acceptAnswer(checked), "INVALID_DESCRIPTION", "answer");
      this.#offerOut = false;
      await this.#remoteIsSet();
    });
  }

  addCandidate(candidate: IceCandidate | null): Promise<void> {
    return this.#run(async () => {
      const checked = candidate === null ? null : checkCandidate(candidate);
      if (this.#remoteSet) return this.#apply(checked);
      if (this.#early.length >= MAX_EARLY_CANDIDATES) {
        throw new PeerhoodError(
          "INVALID_CANDIDATE",
          `More than ${MAX_EARLY_CANDIDATES} candidates came before the description; the rest are ignored.`,
        );
      }
      this.#early.push(checked);
    });
  }

  /** Calls from now on, those in the queue and the one under way reject with `CONNECTION_CLOSED`. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#early = [];
    this.#reportClosed(closedError());
  }

  async #remoteIsSet(): Promise<void> {
    this.#remoteSet = true;
    const early = this.#early;
    this.#early = [];
    for (const candidate of early) {
      // A bad early candidate was accepted long ago; its failure must not fail the description.
      await Promise.resolve(this.#apply(candidate)).catch(() => {});
    }
  }

  #apply(candidate: IceCandidate | null): Promise<void> {
    return native(async () => this.#native.addCandidate(candidate), "INVALID_CANDIDATE", "candidate");
  }

  #run<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      this.#throwIfClosed();
      try {
        // A native call may never settle once its connection is closed; nobody must hang on it.
        return await Promise.race([task(), this.#closing]);
      } catch (error) {
        this.#throwIfClosed();
        throw toPeerhoodError(error, "NATIVE_FAILED", "The WebRTC implementation refused to negotiate; see cause.");
      }
    });
  }

  #throwIfClosed(): void {
    if (this.#closed) throw closedError();
  }
}

function closedError(): PeerhoodError {
  return new PeerhoodError("CONNECTION_CLOSED", "The connection is closed; make a new one.");
}

function wrongState(call: string, why: string): PeerhoodError {
  return new PeerhoodError("INVALID_STATE", `${call} was called out of turn: ${why}.`);
}

async function native<T>(
  call: () => Promise<T>,
  code: "INVALID_DESCRIPTION" | "INVALID_CANDIDATE",
  what: string,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toPeerhoodError(error, code, `The WebRTC implementation refused the remote's ${what}; see cause.`);
  }
}
