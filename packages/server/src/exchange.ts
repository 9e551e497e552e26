import { encodeFrame, FrameType } from "./protocol.js";
import { Topics } from "./topics.js";
import type { Limits } from "./limits.js";

/** What carries topics to other servers. */
export interface ClusterLink {
  /** Whether the broker between the servers is there. */
  readonly connected: boolean;
  /** Somebody here listens now; {@link shared} says when the others know. */
  join(topic: string): void;
  leave(topic: string): void;
  /** Settles once messages of that topic arrive from elsewhere; `undefined` if they do, or can not for now. */
  shared(topic: string): Promise<void> | undefined;
  /** A message frame, to whoever listens elsewhere. */
  send(topic: string, frame: Uint8Array): void;
}

/** Takes messages to everybody who listens, here and on other servers. */
export class Exchange {
  readonly topics: Topics;
  readonly #link: () => ClusterLink | undefined;

  constructor(limits: Limits, link: () => ClusterLink | undefined = () => undefined) {
    this.#link = link;
    this.topics = new Topics(limits, {
      opened: (topic) => this.#link()?.join(topic),
      closed: (topic) => this.#link()?.leave(topic),
    });
  }

  shared(topic: string): Promise<void> | undefined {
    return this.#link()?.shared(topic);
  }

  publish(topic: string, body: Uint8Array): void {
    const link = this.#link();
    if (link === undefined) {
      return this.topics.publish(topic, () => encodeFrame(FrameType.message, 0, topic, body));
    }
    const frame = encodeFrame(FrameType.message, 0, topic, body);
    this.topics.publish(topic, () => frame);
    link.send(topic, frame);
  }
}
