import { allows, type Grant } from "./access/authorize.js";
import { countOne, type Counters } from "./counters.js";
import type { Exchange } from "./exchange.js";
import { MAX_REFUSALS, type Limits } from "./limits.js";
import { CloseCode, encodeError, encodeFrame, ErrorCode, FrameType, isTopic, type Frame } from "./protocol.js";
import type { Subscriber, Topic } from "./topics.js";

export interface RequestsContext {
  readonly exchange: Exchange;
  readonly limits: Limits;
  readonly counters: Counters;
}

/** Whose requests they are. */
export interface Requester extends Subscriber {
  readonly grant: Grant;
  readonly isOpen: boolean;
  end(code: number, reason: string): void;
}

/** What a welcome client asks for: subscribe, unsubscribe, publish. */
export class Requests {
  readonly #context: RequestsContext;
  readonly #requester: Requester;
  readonly #topics = new Set<Topic>();
  /** Refused one after the other. */
  #refusals = 0;

  constructor(context: RequestsContext, requester: Requester) {
    this.#context = context;
    this.#requester = requester;
  }

  handle({ type, number, topic, body }: Frame): void {
    const { exchange, limits } = this.#context;
    if (type !== FrameType.subscribe && type !== FrameType.unsubscribe && type !== FrameType.publish) {
      return this.#requester.end(CloseCode.malformed, `no client frame has type ${type}`);
    }
    if (!isTopic(topic)) return this.#requester.end(CloseCode.malformed, "a topic has 1 to 256 of A-Z a-z 0-9 . _ - /");
    if (type === FrameType.unsubscribe) {
      this.#leave(exchange.topics.get(topic));
      return this.#acknowledge(number);
    }
    if (!allows(this.#requester.grant, topic)) {
      return this.#refuse(number, topic, ErrorCode.topicNotAllowed, "the token does not allow this topic");
    }
    if (type === FrameType.subscribe) return this.#subscribe(number, topic);
    if (body.byteLength > limits.messageBytes) {
      return this.#requester.end(CloseCode.tooLarge, `a message has at most ${limits.messageBytes} bytes`);
    }
    exchange.publish(topic, body);
    this.#acknowledge(number);
  }

  leaveAll(): void {
    for (const topic of this.#topics) this.#leave(topic);
  }

  /** After a new token: what it does not allow any more. */
  leaveForbidden(): void {
    for (const topic of this.#topics) {
      if (allows(this.#requester.grant, topic.name)) continue;
      this.#leave(topic);
      this.#refuse(0, topic.name, ErrorCode.topicNotAllowed, "the new token does not allow this topic");
    }
  }

  #leave(topic: Topic | undefined): void {
    if (topic && this.#topics.delete(topic)) this.#context.exchange.topics.remove(topic, this.#requester);
  }

  #subscribe(number: number, name: string): void {
    const { exchange, limits } = this.#context;
    const known = exchange.topics.get(name);
    if (this.#topics.size >= limits.topicsPerSocket && !(known && this.#topics.has(known))) {
      return this.#refuse(number, name, ErrorCode.tooManyTopics, `a client may have ${limits.topicsPerSocket} topics`);
    }
    const topic = exchange.topics.add(name, this.#requester);
    if (topic === ErrorCode.tooManyRooms) {
      return this.#refuse(number, name, topic, `the server may have ${limits.rooms} rooms`);
    }
    if (typeof topic === "number") {
      return this.#refuse(number, name, topic, `a room may have ${limits.peersPerRoom} peers`);
    }
    this.#topics.add(topic);
    const shared = exchange.shared(name);
    if (shared === undefined) this.#acknowledge(number);
    else void shared.then(() => this.#acknowledge(number));
  }

  #acknowledge(number: number): void {
    this.#refusals = 0;
    this.#requester.deliver(encodeFrame(FrameType.ack, number));
  }

  #refuse(number: number, topic: string, code: ErrorCode, reason: string): void {
    countOne(this.#context.counters.refusals, code);
    this.#requester.deliver(encodeError(number, topic, code, reason));
    if (++this.#refusals >= MAX_REFUSALS)
      this.#requester.end(CloseCode.refusedAgain + code, `again and again: ${reason}`);
  }
}
