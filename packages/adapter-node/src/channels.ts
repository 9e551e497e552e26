import { PeerhoodError, type ChannelInit } from "@peerhood/core";
import type { DataChannel, PeerConnection } from "node-datachannel";
import { MAX_CHANNEL_ID, MAX_LABEL_BYTES, MAX_UNSIGNED_SHORT } from "./constants.js";
import { NodeDataChannel, type ChannelHost } from "./data-channel.js";

/**
 * All channels of one connection, those that the remote opened uninvited included. An id is taken, and a native
 * object held, until its closed event: garbage collection of one that lives closes it, or worse.
 */
export class Channels {
  readonly #host: Omit<ChannelHost, "onClosed">;
  readonly #byId = new Map<number, NodeDataChannel>();
  readonly #refused = new Set<DataChannel>();
  #onEmpty: (() => void) | undefined;
  /** A connection that never had a channel has nothing to offer. */
  used = false;

  constructor(host: Omit<ChannelHost, "onClosed">) {
    this.#host = host;
  }

  /** @throws PeerhoodError `INVALID_ARGUMENT` */
  create(native: PeerConnection, init: ChannelInit): NodeDataChannel {
    check(init);
    if (this.#byId.has(init.id)) throw invalid(`Channel id ${init.id} is in use on this connection; take another.`);
    const { label, id, ordered = true, protocol = "", maxPacketLifeTime, maxRetransmits } = init;
    const channel = new NodeDataChannel(
      native.createDataChannel(label, {
        negotiated: true,
        id,
        unordered: !ordered,
        protocol,
        ...(maxPacketLifeTime === undefined ? {} : { maxPacketLifeTime }),
        ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
      }),
      init,
      { ...this.#host, onClosed: () => this.#forget(this.#byId, id) },
    );
    this.#byId.set(id, channel);
    this.used = true;
    return channel;
  }

  /**
   * Closes what the remote opened in-band, and returns its label. To be called from within the native callback: once
   * 1,024 messages wait on a channel that nobody reads, libdatachannel stops reading the whole connection.
   */
  refuse(incoming: DataChannel): string {
    const label = incoming.getLabel();
    this.#refused.add(incoming);
    incoming.onMessage(() => {});
    incoming.onClosed(() => this.#host.post(() => this.#forget(this.#refused, incoming)));
    incoming.close();
    return label;
  }

  /** Closes all; resolves when the last one has told its end. */
  closeAll(): Promise<void> {
    // Each of those refused is closing already.
    for (const channel of this.#byId.values()) channel.close();
    if (this.#isEmpty) return Promise.resolve();
    return new Promise((resolve) => (this.#onEmpty = resolve));
  }

  get #isEmpty(): boolean {
    return this.#byId.size === 0 && this.#refused.size === 0;
  }

  #forget<K>(holder: { delete(key: K): boolean }, key: K): void {
    holder.delete(key);
    if (this.#isEmpty) this.#onEmpty?.();
  }
}

function check(init: ChannelInit): void {
  const { label, id, protocol = "", maxPacketLifeTime, maxRetransmits } = init;
  if (!isInteger(id, MAX_CHANNEL_ID)) throw invalid(`Channel id ${id} is not an integer from 0 to ${MAX_CHANNEL_ID}.`);
  if (maxPacketLifeTime !== undefined && maxRetransmits !== undefined) {
    throw invalid("maxPacketLifeTime and maxRetransmits exclude each other; give one of them.");
  }
  for (const [name, value] of Object.entries({ maxPacketLifeTime, maxRetransmits })) {
    if (value !== undefined && !isInteger(value, MAX_UNSIGNED_SHORT)) {
      throw invalid(`${name} of ${value} is not an integer from 0 to ${MAX_UNSIGNED_SHORT}.`);
    }
  }
  for (const [name, text] of Object.entries({ label, protocol })) {
    if (typeof text !== "string" || Buffer.byteLength(text) > MAX_LABEL_BYTES) {
      throw invalid(`A channel's ${name} is a string of at most ${MAX_LABEL_BYTES} bytes in UTF-8.`);
    }
  }
}

function isInteger(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function invalid(message: string): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", message);
}
