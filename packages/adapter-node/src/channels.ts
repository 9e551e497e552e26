import { PeerhoodError, type ChannelInit } from "@peerhood/core";
import type { DataChannel, PeerConnection } from "node-datachannel";
import { MAX_CHANNEL_ID, MAX_LABEL_BYTES, MAX_UNSIGNED_SHORT } from "./constants.js";
import { NodeDataChannel, type ChannelHost } from "./data-channel.js";

type Host = Pick<ChannelHost, "logger" | "post" | "maxMessageBytes" | "goodbyeMs">;

/** All channels of one connection, those that the remote opened uninvited included. */
export class Channels {
  readonly #host: Host;
  /** An id is taken until its channel has closed. */
  readonly #byId = new Map<number, NodeDataChannel>();
  /** What holds a native handle, with what lets go of it by force. */
  readonly #held = new Map<object, () => void>();
  #onReleased: (() => void) | undefined;
  /** A connection that never had a channel has nothing to offer. */
  used = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @throws PeerhoodError `INVALID_ARGUMENT` */
  create(native: PeerConnection, init: ChannelInit): NodeDataChannel {
    check(init);
    if (this.#byId.has(init.id)) throw invalid(`Channel id ${init.id} is in use on this connection; take another.`);
    const { label, id, ordered = true, protocol = "", maxPacketLifeTime, maxRetransmits } = init;
    const handle = native.createDataChannel(label, {
      negotiated: true,
      id,
      unordered: !ordered,
      protocol,
      ...(maxPacketLifeTime === undefined ? {} : { maxPacketLifeTime }),
      ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
    });
    const channel: NodeDataChannel = new NodeDataChannel(handle, init, {
      ...this.#host,
      onClosed: () => this.#byId.delete(id),
      onReleased: () => this.#release(channel),
    });
    this.#byId.set(id, channel);
    this.#held.set(channel, () => channel.abandon());
    this.used = true;
    return channel;
  }

  /**
   * Closes what the remote opened in-band, and returns its label. To be called from within the native callback: once
   * 1,024 messages wait on a channel that nobody reads, libdatachannel stops reading the whole connection.
   */
  refuse(incoming: DataChannel): string {
    const label = incoming.getLabel();
    const key = {};
    let handle: DataChannel | undefined = incoming;
    const forget = (): void => {
      handle = undefined;
      this.#release(key);
    };
    this.#held.set(key, () => {
      handle?.close();
      forget();
    });
    handle.onMessage(() => {});
    handle.onClosed(() => this.#host.post(forget));
    // Closing what the remote is closing in this moment may lose the event.
    if (handle.isOpen()) handle.close();
    return label;
  }

  /** For the end of the connection, to be called before: closes what that would leave, and tells the rest. */
  closeAll(): void {
    for (const channel of this.#byId.values()) channel.closeWithConnection();
  }

  /** Resolves when no native handle is left. */
  released(): Promise<void> {
    if (this.#held.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#onReleased = resolve));
  }

  /** Lets go of what has not told its end. Returns how many that were. */
  abandon(): number {
    const letGo = [...this.#held.values()];
    for (const one of letGo) one();
    return letGo.length;
  }

  #release(key: object): void {
    this.#held.delete(key);
    if (this.#held.size === 0) this.#onReleased?.();
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
