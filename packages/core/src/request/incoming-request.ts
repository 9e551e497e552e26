import type { IncomingData, Outgoing } from "../channel/transfer/index.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import type { RemotePeer } from "../remote-peer.js";
import type { RequestMessage } from "./message.js";
import { codeOf, encodeThrown } from "./request-errors.js";
import type { RequestHandler } from "./responders.js";

export interface IncomingRequestHost {
  readonly id: number;
  readonly method: string;
  readonly remote: RemotePeer;
  readonly data: IncomingData;
  readonly size: number | undefined;
  readonly handler: RequestHandler;
  readonly prepare: (payload: unknown, info: RequestMessage) => Outgoing;
  readonly send: (outgoing: Outgoing) => void;
  /** The handler failed in a way that its author has not foreseen. */
  readonly onHandlerFailed: (error: unknown) => void;
}

/** One request of the remote: its handler, and the reply until that is delivered. */
export class IncomingRequest {
  readonly #host: IncomingRequestHost;
  readonly #aborting = new AbortController();
  #reply: Outgoing | undefined;

  constructor(host: IncomingRequestHost) {
    this.#host = host;
  }

  /** Calls the handler at once. Resolves when it has settled and the reply is delivered, or wanted by nobody. */
  async run(): Promise<void> {
    const { remote, method, data, size, handler } = this.#host;
    const { signal } = this.#aborting;
    try {
      const value = await handler({ remote, method, data, size, signal });
      if (!signal.aborted) await this.#answer(value);
    } catch (error) {
      // Whatever a handler throws after it was told to stop is of no interest to anybody.
      if (!signal.aborted) await this.#refuse(error);
    }
    void data.cancel().catch(() => {});
  }

  /** The reply is not wanted any more. */
  abort(error: PeerhoodError): void {
    this.#aborting.abort(error);
    void this.#reply?.cancel(error);
  }

  async #answer(value: unknown): Promise<void> {
    const { id } = this.#host;
    const nothing = value === undefined;
    try {
      await this.#send(nothing ? "" : value, nothing ? { reply: id, void: true } : { reply: id });
    } catch (error) {
      const { code } = toPeerhoodError(error, "SOURCE_FAILED", "The reply could not be sent; see cause.");
      if (code === "UNSUPPORTED_PAYLOAD") this.#host.onHandlerFailed(error);
      if (code === "UNSUPPORTED_PAYLOAD" || code === "SOURCE_FAILED") throw error;
      this.abort(new PeerhoodError("ABORTED", "The remote does not take the reply.", { cause: error }));
    }
  }

  async #refuse(thrown: unknown): Promise<void> {
    const error = encodeThrown(thrown);
    if (codeOf(thrown) === undefined) this.#host.onHandlerFailed(thrown);
    await this.#send("", { reply: this.#host.id, error }).catch(() => {});
  }

  #send(payload: unknown, info: RequestMessage): Promise<void> {
    this.#reply = this.#host.prepare(payload, info);
    if (!this.#reply.over) this.#host.send(this.#reply);
    return this.#reply.then();
  }
}
