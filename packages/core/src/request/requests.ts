import type { ReservedChannel } from "../channel/reserved-channel.js";
import type { ChannelRegistry } from "../channel/channel-registry.js";
import type { Outgoing } from "../channel/transfer/index.js";
import type { IncomingMessage } from "../channel/transfer/receiver.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import { checkMilliseconds } from "../peer-options.js";
import type { RemotePeer } from "../remote-peer.js";
import type { Clock } from "../util/clock.js";
import { DEFAULT_TIMEOUT_MS, MAX_REQUESTS, REQUEST_LABEL } from "./constants.js";
import { IncomingRequest } from "./incoming-request.js";
import { carry, parseRequestMessage, type RequestMessage } from "./message.js";
import { NoData } from "./no-data.js";
import { OutgoingRequest, type Reply, type RequestOptions } from "./outgoing-request.js";
import { decodeError, tooMany } from "./request-errors.js";
import { invalidMethod, isMethod, type Responders } from "./responders.js";

export interface RequestsHost {
  readonly clock: Clock;
  readonly responders: Responders;
  /** Numbers the requests of a stay, whoever they go to. */
  nextRequestId(): number;
  report(error: PeerhoodError, remote?: RemotePeer): void;
  listenerFailed(error: unknown, name: string, remote: RemotePeer): void;
}

export interface RequestsOptions {
  readonly remoteId: string;
  readonly host: RequestsHost;
  readonly registry: ChannelRegistry;
  /** Whom handlers are told of; there is one before there is a channel. */
  readonly remote: () => RemotePeer | undefined;
}

/** Requests and replies with one remote, both ways: what joins them to their channel. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #channel: ReservedChannel;
  /** Requests of ours without a reply, by id. */
  readonly #sent = new Map<number, OutgoingRequest>();
  /** Requests of the remote, by its ids, on the channel that is open now. */
  readonly #received = new Map<number, IncomingRequest>();
  /** Handlers that run, those included whose channel is gone: they still cost something. */
  #running = 0;
  /** Refusals that are not delivered. */
  #refusing = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
    this.#channel = options.registry.reserve(REQUEST_LABEL, {
      onMessage: (message) => this.#receive(message),
      onClose: (error) => this.#onClose(error),
      // What is left of a request that is over is of no interest.
      onError: (error) => {
        if (error.code === "PROTOCOL_ERROR") options.host.report(error, options.remote());
      },
    });
  }

  /** What is held for requests, both ways. */
  get size(): number {
    return this.#sent.size + this.#received.size + this.#running + this.#refusing;
  }

  request<T = unknown>(method: string, payload: unknown, options: RequestOptions): Reply<T> {
    const id = this.#options.host.nextRequestId();
    const request = this.begin<T>(id, method, options);
    // What is wrong with the payload fails the request; also one that is over must let go of a stream that it was given.
    const { message, info } = carry(id, method, payload);
    void this.dispatch(request, this.#prepare(message, info));
    return request;
  }

  /** A request without its message. */
  begin<T>(id: number, method: string, options: RequestOptions): OutgoingRequest<T> {
    const { remoteId, host, remote } = this.#options;
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    const invalid = isMethod(method) ? invalidTimeout(timeoutMs) : invalidMethod();
    const request = new OutgoingRequest<T>({
      id,
      method,
      remoteId,
      timeoutMs: invalid === undefined ? timeoutMs : DEFAULT_TIMEOUT_MS,
      signal,
      clock: host.clock,
      onEnd: (unwanted) => {
        this.#sent.delete(id);
        if (unwanted) this.#channel.send(this.#prepare("", { cancel: id }));
      },
      onUnhandled: (error) => host.report(error, remote()),
    });
    if (invalid !== undefined) request.fail(invalid);
    else if (this.#sent.size >= MAX_REQUESTS) request.fail(tooMany(remoteId, "none of them has a reply yet"));
    else if (!request.over) this.#sent.set(id, request);
    return request;
  }

  /** Sends it when the channel is open. */
  async dispatch(request: OutgoingRequest, outgoing: Outgoing): Promise<void> {
    request.carriedBy(outgoing);
    if (request.over) return void outgoing.cancel();
    if (outgoing.over) return;
    try {
      await this.#channel.open();
    } catch (error) {
      return request.fail(toPeerhoodError(error, "CHANNEL_CLOSED", "The channel of requests could not be opened."));
    }
    if (request.over) return;
    request.markSent();
    this.#channel.send(outgoing);
  }

  /** `false`: there is nothing to read in it. */
  #receive(message: IncomingMessage): boolean {
    let said: RequestMessage;
    try {
      said = parseRequestMessage(message.info);
    } catch (error) {
      this.#violated(error);
      return false;
    }
    if ("request" in said) return this.#onRequest(said, message);
    if ("reply" in said) return this.#onReply(said, message);
    this.#received
      .get(said.cancel)
      ?.abort(new PeerhoodError("ABORTED", "The remote does not want the reply any more."));
    return false;
  }

  #onRequest(said: Extract<RequestMessage, { request: number }>, { data, size }: IncomingMessage): boolean {
    const { request: id, method } = said;
    const nothing = said.void === true;
    const { host, remote } = this.#options;
    const from = remote();
    if (from === undefined) return false;
    if (this.#received.has(id)) {
      this.#violated(new RangeError("a request with the id of one that is not answered"));
      return false;
    }
    const handler = host.responders.get(method);
    if (handler === undefined || this.#running >= MAX_REQUESTS) {
      this.#refuse(id, handler === undefined ? "NO_RESPONDER" : "TOO_MANY_REQUESTS");
      if (!nothing) void data.cancel();
      return !nothing;
    }
    const request = new IncomingRequest({
      id,
      method,
      remote: from,
      data: nothing ? new NoData() : data,
      size,
      handler,
      prepare: (reply, info) => this.#prepare(reply, info),
      send: (outgoing) => {
        if (this.#received.get(id) === request) this.#channel.send(outgoing);
        else void outgoing.cancel();
      },
      onHandlerFailed: (error) => host.listenerFailed(error, `request ${method}`, from),
    });
    this.#received.set(id, request);
    this.#running++;
    void request.run().then(() => {
      this.#running--;
      if (this.#received.get(id) === request) this.#received.delete(id);
    });
    return !nothing;
  }

  #onReply(
    { reply, error, void: nothing }: Extract<RequestMessage, { reply: number }>,
    { data }: IncomingMessage,
  ): boolean {
    const asked = this.#sent.get(reply);
    const request = asked?.sent === true ? asked : undefined;
    if (error !== undefined || nothing === true) {
      if (error === undefined) request?.reply(undefined);
      else request?.refused(decodeError(error, request.method, this.#options.remoteId));
      return false;
    }
    // It crossed our giving up, or was never asked for.
    if (request === undefined) void data.cancel();
    else request.reply(data);
    return true;
  }

  /** A flood of refusals that nobody takes would be a table without bound: past it, the remote runs into its timeout. */
  #refuse(id: number, code: "NO_RESPONDER" | "TOO_MANY_REQUESTS"): void {
    if (this.#refusing >= MAX_REQUESTS) return;
    this.#refusing++;
    const refusal = this.#prepare("", { reply: id, error: { code } });
    const done = (): void => void this.#refusing--;
    refusal.then(done, done);
    this.#channel.send(refusal);
  }

  #prepare(payload: unknown, info: RequestMessage): Outgoing {
    return this.#channel.prepare(payload, info);
  }

  #violated(cause: unknown): void {
    const { remoteId, host, remote } = this.#options;
    const error = new PeerhoodError("PROTOCOL_ERROR", "The remote broke the protocol of requests; see cause.", {
      cause,
      remoteId,
    });
    host.report(error, remote());
    this.#channel.fail(error);
  }

  #onClose(error: PeerhoodError): void {
    const received = [...this.#received.values()];
    this.#received.clear();
    for (const request of this.#sent.values()) request.fail(error);
    for (const request of received) request.abort(error);
  }
}

function invalidTimeout(timeoutMs: number): PeerhoodError | undefined {
  try {
    checkMilliseconds("timeoutMs", timeoutMs);
    return undefined;
  } catch (error) {
    return toPeerhoodError(error, "INVALID_ARGUMENT", "timeoutMs is not valid.");
  }
}
