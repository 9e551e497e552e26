import type { Limits } from "./limits.js";
import { ErrorCode } from "./protocol.js";
import { roomOf } from "./room-topic.js";

export interface Subscriber {
  deliver(frame: Uint8Array): void;
}

/** A topic exists for as long as somebody listens to it; one object, which every subscriber holds. */
export interface Topic {
  readonly name: string;
  readonly subscribers: Set<Subscriber>;
}

/** What else happens to a topic: it is shared with other servers. */
export interface TopicsHooks {
  /** Nobody listened to it here until now. */
  opened(topic: string): void;
  closed(topic: string): void;
}

/** Who listens to which topic. */
export class Topics {
  readonly #limits: Pick<Limits, "rooms" | "peersPerRoom">;
  readonly #hooks: TopicsHooks | undefined;
  readonly #topics = new Map<string, Topic>();
  /** How many topics a room has. */
  readonly #rooms = new Map<string, number>();

  constructor(limits: Pick<Limits, "rooms" | "peersPerRoom">, hooks?: TopicsHooks) {
    this.#limits = limits;
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#topics.size;
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  names(): Iterable<string> {
    return this.#topics.keys();
  }

  get(name: string): Topic | undefined {
    return this.#topics.get(name);
  }

  /** The topic, or the code of the limit that keeps the subscriber out. */
  add(name: string, subscriber: Subscriber): Topic | ErrorCode {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      const room = roomOf(name);
      const topicsOfRoom = this.#rooms.get(room) ?? 0;
      if (topicsOfRoom === 0 && this.#rooms.size >= this.#limits.rooms) return ErrorCode.tooManyRooms;
      // One for each peer, and one for all of them.
      if (topicsOfRoom > this.#limits.peersPerRoom) return ErrorCode.roomFull;
      this.#rooms.set(room, topicsOfRoom + 1);
      this.#topics.set(name, (topic = { name, subscribers: new Set() }));
      this.#hooks?.opened(name);
    } else if (topic.subscribers.size >= this.#limits.peersPerRoom && !topic.subscribers.has(subscriber)) {
      return ErrorCode.roomFull;
    }
    topic.subscribers.add(subscriber);
    return topic;
  }

  remove(topic: Topic, subscriber: Subscriber): void {
    if (!topic.subscribers.delete(subscriber) || topic.subscribers.size > 0) return;
    this.#topics.delete(topic.name);
    const room = roomOf(topic.name);
    const left = (this.#rooms.get(room) ?? 1) - 1;
    if (left > 0) this.#rooms.set(room, left);
    else this.#rooms.delete(room);
    this.#hooks?.closed(topic.name);
  }

  /** `encode` runs once, and only if somebody listens. */
  publish(name: string, encode: () => Uint8Array): void {
    const subscribers = this.#topics.get(name)?.subscribers;
    if (subscribers === undefined) return;
    const frame = encode();
    // A subscriber that is cut off for being slow leaves the set meanwhile, which a Set's iteration allows.
    for (const subscriber of subscribers) subscriber.deliver(frame);
  }
}
