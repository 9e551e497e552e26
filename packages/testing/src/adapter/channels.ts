import { PeerhoodError, type ChannelInit, type Clock, type Logger } from "@peerhood/core";
import type { Association } from "./association.js";
import { checkChannelInit } from "./channel-checks.js";
import type { Chunk } from "./chunk.js";
import { MAX_CHANNEL_ID } from "./constants.js";
import { IncomingOrder } from "./incoming-order.js";
import { SimulatedChannel, type ChannelBackend } from "./simulated-channel.js";

/** This side's end of one channel, and where its streams stand. */
interface ChannelEntry {
  readonly channel: SimulatedChannel;
  readonly incoming: IncomingOrder<string | ArrayBuffer>;
  nextSequence: number;
  /** Messages that were sent and neither arrived nor were given up. */
  outstanding: number;
  /** What to say to the other side once nothing is outstanding. */
  closing: "not" | "asking" | "answering" | "said";
}

export interface ChannelsOptions {
  readonly clock: Clock;
  readonly association: Association;
  readonly logger: Logger;
  readonly limitBytes: () => number;
  /** Runs a task soon, unless the connection is closed before. */
  readonly later: (task: () => void) => void;
  /** Hears of each channel that is made, 1, or closed, -1. */
  readonly count: (difference: number) => void;
  readonly onUnexpected: (label: string) => void;
}

/** The channels of one connection: who gets which chunk, and how a channel closes (RFC 8831 section 6.7). */
export class Channels {
  readonly #options: ChannelsOptions;
  readonly #backend: ChannelBackend;
  readonly #byId = new Map<number, ChannelEntry>();
  #up = false;
  /** Whether there ever was one: a connection without has nothing to offer. */
  used = false;

  constructor(options: ChannelsOptions) {
    this.#options = options;
    this.#backend = {
      logger: options.logger,
      limitBytes: options.limitBytes,
      send: (channel, data, bytes) => this.#send(channel, data, bytes),
      close: (channel) => this.#close(channel),
    };
  }

  create(init: ChannelInit): SimulatedChannel {
    checkChannelInit(init);
    if (this.#byId.has(init.id)) {
      throw new PeerhoodError("INVALID_ARGUMENT", `Channel id ${init.id} is in use on this connection; take another.`);
    }
    const channel = new SimulatedChannel(init, this.#backend);
    const incoming = new IncomingOrder<string | ArrayBuffer>();
    this.#byId.set(init.id, { channel, incoming, nextSequence: 0, outstanding: 0, closing: "not" });
    this.#options.count(1);
    this.used = true;
    if (this.#up) this.#options.later(() => channel.opened());
    return channel;
  }

  /** As a remote that is no peerhood may do: a channel that the other side has not created. */
  openInBand(label: string): SimulatedChannel {
    let id = MAX_CHANNEL_ID;
    while (this.#byId.has(id)) id--;
    const channel = this.create({ label, id });
    this.#options.association.control({ kind: "open", channelId: id, label });
    return channel;
  }

  /** The other side is reachable. */
  open(): void {
    this.#up = true;
    for (const { channel } of this.#byId.values()) channel.opened();
  }

  /** Returns whether the chunk was taken. */
  receive(chunk: Chunk): boolean {
    if (!this.#up) return false;
    const entry = this.#byId.get(chunk.channelId);
    if (chunk.kind === "reset") this.#receiveReset(entry, chunk);
    else if (chunk.kind === "open") this.#receiveOpen(entry, chunk);
    // Nobody is there: what was sent is lost, and as in Node the sender's channel with it.
    else if (entry === undefined) this.#reset(chunk.channelId, false);
    else if (chunk.kind === "skip") this.#deliver(entry, entry.incoming.accept(chunk.sequence, undefined));
    else this.#deliver(entry, chunk.ordered ? entry.incoming.accept(chunk.sequence, chunk.data) : [chunk.data]);
    return true;
  }

  /** The other side is gone: all channels close and say so. */
  end(): void {
    this.#up = false;
    for (const entry of this.#byId.values()) this.#remove(entry);
  }

  /** This side closes the connection: all channels are closed without a word. */
  dispose(): void {
    this.#up = false;
    for (const entry of this.#byId.values()) this.#remove(entry, { silently: true });
  }

  #send(channel: SimulatedChannel, data: string | ArrayBuffer, bytes: number): void {
    const entry = this.#byId.get(channel.id);
    if (entry?.channel !== channel) return;
    const { ordered, id: channelId, maxRetransmits, maxPacketLifeTime } = channel;
    const sequence = ordered ? entry.nextSequence++ : 0;
    entry.outstanding++;
    this.#options.association.send({
      chunk: { kind: "message", channelId, data, ordered, sequence },
      bytes,
      maxRetransmits: maxRetransmits ?? Number.POSITIVE_INFINITY,
      expiresAtMs: this.#options.clock.now() + (maxPacketLifeTime ?? Number.POSITIVE_INFINITY),
      onHandedOver: () => channel.handedOver(bytes),
      onSettled: (arrived) => {
        entry.outstanding--;
        if (!arrived && ordered) this.#options.association.control({ kind: "skip", channelId, sequence });
        this.#sayClosing(entry);
      },
    });
  }

  #deliver({ channel }: ChannelEntry, messages: readonly (string | ArrayBuffer)[]): void {
    for (const message of messages) channel.deliver(message);
  }

  #close(channel: SimulatedChannel): void {
    const entry = this.#byId.get(channel.id);
    if (entry?.channel !== channel) return;
    this.#options.later(() => {
      if (!this.#up) return this.#remove(entry);
      if (entry.closing === "not") entry.closing = "asking";
      this.#sayClosing(entry);
    });
  }

  #receiveReset(entry: ChannelEntry | undefined, { channelId, answers }: Chunk & { kind: "reset" }): void {
    if (entry === undefined) {
      if (!answers) this.#reset(channelId, true);
    } else if (answers || entry.closing === "said") {
      this.#remove(entry);
    } else {
      // First to hear of it, or both have asked and this side's question is still waiting behind its messages.
      entry.channel.closingRemotely();
      entry.closing = "answering";
      this.#sayClosing(entry);
    }
  }

  #receiveOpen(entry: ChannelEntry | undefined, { channelId, label }: Chunk & { kind: "open" }): void {
    if (entry === undefined) this.#reset(channelId, false);
    this.#options.onUnexpected(label);
  }

  /** RFC 8831 section 6.7: an end is closed by a reset of its stream, after what was queued has gone out. */
  #sayClosing(entry: ChannelEntry): void {
    if (entry.outstanding > 0 || (entry.closing !== "asking" && entry.closing !== "answering")) return;
    const answers = entry.closing === "answering";
    entry.closing = "said";
    this.#reset(entry.channel.id, answers);
    if (answers) this.#remove(entry);
  }

  #reset(channelId: number, answers: boolean): void {
    this.#options.association.control({ kind: "reset", channelId, answers });
  }

  #remove(entry: ChannelEntry, options?: { silently: boolean }): void {
    const { id } = entry.channel;
    if (this.#byId.get(id) !== entry) return;
    this.#byId.delete(id);
    this.#options.count(-1);
    entry.channel.closed(options);
  }
}
