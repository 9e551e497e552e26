import { PeerhoodError } from "../errors.js";
import type { Clock } from "../util/clock.js";
import { createDeferred, type Deferred } from "../util/deferred.js";
import { withTimeout } from "../util/timeout.js";
import { MAX_VERIFY_MESSAGES } from "./constants.js";

/** What `verify` is told about a remote that wants to be let in, or to change what it advertises. */
export interface VerifyRequest {
  /** Id of the remote peer. */
  readonly id: string;
  /** What it advertises now. */
  readonly metadata: unknown;
  /** What it advertised before; absent at the first meeting. */
  readonly previous?: unknown;
  /** Sends a JSON value to the remote's `verify`. */
  send(message: unknown): void;
  /**
   * The next value that the remote's `verify` sent.
   * @throws PeerhoodError `REFUSED` when the time for verifying is over or the remote went away
   */
  receive(): Promise<unknown>;
}

/** `false`, a throw, a rejection or a timeout refuse; anything else lets in. */
export type Verify = (request: VerifyRequest) => unknown;

export interface AdmissionOptions {
  readonly id: string;
  readonly verify: Verify | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly send: (data: unknown) => void;
}

/** Runs `verify` for one remote: once at the meeting, again for each change of its metadata. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #inbox: unknown[] = [];
  readonly #waiting: Deferred<unknown>[] = [];
  #ended: PeerhoodError | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** `undefined` lets in; an error says why not. */
  async check(metadata: unknown, previous?: { readonly metadata: unknown }): Promise<PeerhoodError | undefined> {
    const { id, verify, timeoutMs, clock, send } = this.#options;
    if (verify === undefined) return undefined;
    const request: VerifyRequest = {
      id,
      metadata,
      ...(previous === undefined ? {} : { previous: previous.metadata }),
      send,
      receive: () => this.#next(),
    };
    const timedOut = (): PeerhoodError => refusal(id, `verify did not decide within ${timeoutMs} ms`);
    try {
      const verdict = await withTimeout((async () => verify(request))(), timeoutMs, clock, timedOut);
      return verdict === false ? refusal(id, "verify returned false") : undefined;
    } catch (error) {
      return refusal(id, "verify failed", error);
    }
  }

  /** A message of the remote's `verify`. */
  receive(data: unknown): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting.resolve(data);
    else if (this.#inbox.length < MAX_VERIFY_MESSAGES) this.#inbox.push(data);
  }

  /** Whoever waits for a message waits in vain. */
  end(): void {
    this.#ended = refusal(this.#options.id, "it is gone");
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }

  #next(): Promise<unknown> {
    if (this.#inbox.length > 0) return Promise.resolve(this.#inbox.shift());
    const waiting = createDeferred<unknown>();
    if (this.#ended === undefined) this.#waiting.push(waiting);
    else waiting.reject(this.#ended);
    return waiting.promise;
  }
}

function refusal(id: string, why: string, cause?: unknown): PeerhoodError {
  return new PeerhoodError("REFUSED", `Remote ${id} was not let in: ${why}.`, { cause, remoteId: id });
}
