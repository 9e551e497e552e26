import { randomBytes } from "node:crypto";
import type { ClusterLink } from "../exchange.js";
import type { Logger } from "../logger.js";
import { decodeFrame, FrameType } from "../protocol.js";
import type { Broker, ConnectBroker } from "./broker.js";

export interface LinkOptions {
  readonly connect: ConnectBroker;
  readonly logger: Logger;
  /** A message of another server. */
  readonly deliver: (topic: string, frame: Uint8Array) => void;
  /** Messages may have been lost until now. */
  readonly onGap: () => void;
}

/** Which server a message is from: each gets back its own, unless the broker knows better. */
const NODE_BYTES = 8;
/** A subscriber waits no longer than this for the broker: the rooms of its own server work without. */
const SHARED_WITHIN_MS = 1_000;

/**
 * One server's part in a cluster. It keeps nothing but which topics somebody here listens to, so a crash loses nothing
 * that the clients would not say again. Without the broker each server goes on for itself; when it is back, clients are
 * told that there was a gap.
 */
export class BrokerLink implements ClusterLink {
  readonly #options: LinkOptions;
  readonly #node = randomBytes(NODE_BYTES);
  readonly #wanted = new Set<string>();
  /** Topics of which the broker has not confirmed yet that they arrive. */
  readonly #pending = new Map<string, Promise<void>>();
  #batch: { readonly topics: Set<string>; readonly done: Promise<void> } | undefined;
  #broker: Broker | undefined;
  #connected = false;
  #closed = false;
  sent = 0;
  received = 0;

  private constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** @throws Error naming the package that is missing */
  static async open(options: LinkOptions): Promise<BrokerLink> {
    const link = new BrokerLink(options);
    link.#broker = await options.connect({
      up: () => void link.#up(),
      down: (reason) => link.#down(reason),
      message: (payload) => link.#receive(payload),
    });
    if (link.#connected) await link.#up();
    return link;
  }

  get connected(): boolean {
    return this.#connected;
  }

  join(topic: string): void {
    this.#wanted.add(topic);
    if (!this.#connected) return;
    const { topics, done } = (this.#batch ??= this.#openBatch());
    topics.add(topic);
    const settled = done.finally(() => {
      if (this.#pending.get(topic) === settled) this.#pending.delete(topic);
    });
    this.#pending.set(topic, settled);
  }

  leave(topic: string): void {
    this.#wanted.delete(topic);
    this.#pending.delete(topic);
    if (!this.#batch?.topics.delete(topic)) this.#broker?.unsubscribe(topic);
  }

  shared(topic: string): Promise<void> | undefined {
    return this.#pending.get(topic);
  }

  send(topic: string, frame: Uint8Array): void {
    if (!this.#connected) return;
    this.sent++;
    this.#broker?.publish(topic, Buffer.concat([this.#node, frame]));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#connected = false;
    await this.#broker?.close();
  }

  /** All that join in one turn of the event loop are one question to the broker. */
  #openBatch(): { topics: Set<string>; done: Promise<void> } {
    const topics = new Set<string>();
    const ask = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      this.#batch = undefined;
      await this.#subscribe([...topics]);
    };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, SHARED_WITHIN_MS)));
    const done = Promise.race([ask(), late]).finally(() => clearTimeout(timer));
    return { topics, done };
  }

  async #subscribe(topics: readonly string[]): Promise<void> {
    try {
      await this.#broker?.subscribe(topics);
    } catch (error) {
      // It went away meanwhile, and asks for all that is wanted when it is back.
      this.#options.logger.debug({ error: String(error) }, "the cluster's broker took no subscription");
    }
  }

  async #up(): Promise<void> {
    this.#connected = true;
    // Not while it is being opened: there is nothing to subscribe with yet.
    if (this.#closed || this.#broker === undefined) return;
    this.#options.logger.info({ topics: this.#wanted.size }, "connected to the cluster's broker");
    await this.#subscribe([...this.#wanted]);
    if (this.#connected && !this.#closed) this.#options.onGap();
  }

  #down(reason: unknown): void {
    if (this.#closed) return;
    this.#connected = false;
    this.#options.logger.warn(
      { reason: String(reason) },
      "the cluster's broker is away; this server goes on for itself",
    );
  }

  #receive(payload: Uint8Array): void {
    if (payload.byteLength <= NODE_BYTES || this.#node.equals(payload.subarray(0, NODE_BYTES))) return;
    const frame = payload.subarray(NODE_BYTES);
    const decoded = decodeFrame(frame);
    if (decoded?.type !== FrameType.message) return;
    this.received++;
    this.#options.deliver(decoded.topic, frame);
  }
}
