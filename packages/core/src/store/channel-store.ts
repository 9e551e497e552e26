import type { OpenOptions } from "../channel/channel-options.js";
import type { Transfer } from "../channel/transfer/index.js";
import { isPeerhoodError, type PeerhoodError } from "../errors.js";
import type { ChannelMessageEvent } from "../events.js";
import type { BroadcastOptions } from "../peer-options.js";
import type { Peer } from "../peer.js";
import type { RemotePeer } from "../remote-peer.js";
import { listen } from "./listen.js";
import { Listeners, type Store } from "./store.js";

/** One message of a channel, received or sent. */
export interface ChannelMessage<Data = unknown> {
  /** Counts the messages of this store, for lists that want one. */
  readonly key: number;
  /** Who sent it; `undefined` for this side's own. */
  readonly remote: RemotePeer | undefined;
  readonly data: Data;
  readonly info: unknown;
}

export interface ChannelSnapshot<Data = unknown> {
  /** The last messages, the oldest first. */
  readonly messages: readonly ChannelMessage<Data>[];
  /** To how many remotes it is open. */
  readonly openTo: number;
  /** Why it could not be opened. */
  readonly error: PeerhoodError | undefined;
}

export interface ChannelStore<Data = unknown> extends Store<ChannelSnapshot<Data>> {
  /** As `peer.send`, on this channel; the message is in `messages` at once. */
  send(message: Data, options?: Omit<BroadcastOptions, "label">): Transfer;
}

export interface ChannelStoreOptions {
  /** Messages that are kept. @default 200 */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 200;
const EVENTS = ["channel:open", "channel:close", "connection:closed", "connection:connected"] as const;

/** One store per peer and label: two views of a channel see the same messages, and each message is read once. */
const stores = new WeakMap<Peer, Map<string, ChannelStore>>();

/**
 * The messages of a channel, which is open for everyone from the first subscription on, and stays so. Whole messages, in
 * the order in which they began to arrive: for large ones listen to `channel:message` instead, and read their stream.
 */
export function channelStore<Data = unknown>(
  peer: Peer,
  channel: string | OpenOptions,
  options: ChannelStoreOptions = {},
): ChannelStore<Data> {
  const { label } = typeof channel === "string" ? { label: channel } : channel;
  const own = stores.get(peer) ?? new Map<string, ChannelStore>();
  stores.set(peer, own);
  const known = own.get(label) ?? new MessagesOfChannel(peer, channel, label, options.limit ?? DEFAULT_LIMIT);
  own.set(label, known);
  return known as ChannelStore<Data>;
}

class MessagesOfChannel implements ChannelStore {
  readonly #peer: Peer;
  readonly #channel: string | OpenOptions;
  readonly #label: string;
  readonly #limit: number;
  readonly #listeners = new Listeners(() => this.#start());
  /** In the order in which they began to arrive. */
  #arriving: { message?: ChannelMessage; over: boolean }[] = [];
  #snapshot: ChannelSnapshot = { messages: [], openTo: 0, error: undefined };
  #key = 0;

  constructor(peer: Peer, channel: string | OpenOptions, label: string, limit: number) {
    this.#peer = peer;
    this.#channel = channel;
    this.#label = label;
    this.#limit = limit;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);

  readonly getSnapshot = (): ChannelSnapshot => {
    let openTo = 0;
    for (const { channels } of this.#peer.remotes.values()) {
      if (channels.get(this.#label)?.readyState === "open") openTo++;
    }
    if (openTo !== this.#snapshot.openTo) this.#snapshot = { ...this.#snapshot, openTo };
    return this.#snapshot;
  };

  send(data: unknown, options: Omit<BroadcastOptions, "label"> = {}): Transfer {
    const transfer = this.#peer.send(data, { ...options, label: this.#label });
    this.#add({ key: this.#key++, remote: undefined, data, info: options.info });
    return transfer;
  }

  #start(): () => void {
    const changed = (): void => {
      this.#open();
      this.#listeners.tell();
    };
    const receive = (event: ChannelMessageEvent): void => {
      if (event.label === this.#label) void this.#receive(event);
    };
    this.#open();
    this.#peer.on("channel:message", receive);
    const stop = listen(this.#peer, EVENTS, changed);
    return () => {
      this.#peer.off("channel:message", receive);
      stop();
    };
  }

  /** Also when the peer has come back into a room: `leave` closes all channels. */
  #open(): void {
    if (this.#peer.channels.has(this.#label)) return;
    this.#peer.open(this.#channel).catch((error: unknown) => {
      if (!isPeerhoodError(error)) return;
      this.#snapshot = { ...this.#snapshot, error };
      this.#listeners.tell();
    });
  }

  async #receive({ remote, data, info }: ChannelMessageEvent): Promise<void> {
    const arriving: { message?: ChannelMessage; over: boolean } = { over: false };
    this.#arriving.push(arriving);
    const key = this.#key++;
    try {
      arriving.message = { key, remote, data: await data, info };
    } catch {
      // `channel:error` tells of it; there is no message to show.
    }
    arriving.over = true;
    // What began to arrive later waits for what is before it.
    while (this.#arriving[0]?.over === true) {
      const { message } = this.#arriving[0];
      this.#arriving.shift();
      if (message !== undefined) this.#add(message);
    }
  }

  #add(message: ChannelMessage): void {
    const messages = [...this.#snapshot.messages, message].slice(-this.#limit);
    this.#snapshot = { ...this.#snapshot, messages };
    this.#listeners.tell();
  }
}
