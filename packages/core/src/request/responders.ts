import type { IncomingData } from "../channel/transfer/index.js";
import { PeerhoodError } from "../errors.js";
import type { RemotePeer } from "../remote-peer.js";
import { MAX_METHOD_LENGTH } from "./constants.js";

/** What a handler is told of a request. */
export interface ReceivedRequest {
  /** Who asks. */
  readonly remote: RemotePeer;
  readonly method: string;
  /** The payload, `undefined` if there is none: await it, or read it as a stream. Unread bytes are dropped with the reply. */
  readonly data: IncomingData;
  /** Bytes of the payload; `undefined` where the requester does not know. */
  readonly size: number | undefined;
  /** Aborts when the reply is not wanted any more: cancelled, timed out, remote gone. */
  readonly signal: AbortSignal;
}

/**
 * Answers requests: returns, or resolves with, anything that `send` takes, or nothing. What it throws rejects the
 * request with `REQUEST_FAILED`, the message as it is and the code as `remoteCode`.
 */
export type RequestHandler = (request: ReceivedRequest) => unknown;

/** The handlers of a peer by method, for all remotes and stays. */
export class Responders {
  readonly #handlers = new Map<string, RequestHandler>();

  get(method: string): RequestHandler | undefined {
    return this.#handlers.get(method);
  }

  /** @throws PeerhoodError `INVALID_ARGUMENT`, `RESPONDER_EXISTS` */
  add(method: string, handler: RequestHandler): () => void {
    if (!isMethod(method)) throw invalidMethod();
    if (typeof handler !== "function") {
      throw new PeerhoodError("INVALID_ARGUMENT", `respond("${method}") needs a function that answers.`);
    }
    if (this.#handlers.has(method)) {
      throw new PeerhoodError(
        "RESPONDER_EXISTS",
        `"${method}" has a handler already; end that one first: call what respond returned.`,
      );
    }
    this.#handlers.set(method, handler);
    let ended = false;
    return () => {
      if (!ended) this.#handlers.delete(method);
      ended = true;
    };
  }
}

export function isMethod(method: unknown): method is string {
  return typeof method === "string" && method !== "" && method.length <= MAX_METHOD_LENGTH;
}

export function invalidMethod(): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", `A method is a string of 1 to ${MAX_METHOD_LENGTH} characters.`);
}
