import { PeerhoodError, type ChannelInit } from "@peerhood/core";
import { MAX_CHANNEL_ID } from "./constants.js";

/** This side's ends of the negotiated channels of one connection, by id; an id is taken until its channel has closed. */
export class Channels {
  readonly #byId = new Map<number, RTCDataChannel>();
  /** A connection without a channel has nothing to offer. */
  used = false;

  create(native: RTCPeerConnection, { label, ...init }: ChannelInit): RTCDataChannel {
    const { id } = init;
    if (!(Number.isInteger(id) && id >= 0 && id <= MAX_CHANNEL_ID) || this.#byId.has(id)) {
      throw invalid(`Channel id ${id} is in use, or not an integer from 0 to ${MAX_CHANNEL_ID}; take another.`);
    }
    let channel: RTCDataChannel;
    try {
      channel = native.createDataChannel(label, { ...init, negotiated: true });
    } catch (cause) {
      throw invalid(`The browser refused the options of channel ${id}; see cause.`, cause);
    }
    channel.binaryType = "arraybuffer";
    this.#byId.set(id, channel);
    channel.addEventListener("close", () => this.#byId.delete(id));
    this.used = true;
    return channel;
  }

  closeAll(): void {
    for (const channel of this.#byId.values()) channel.close();
    this.#byId.clear();
  }
}

function invalid(message: string, cause?: unknown): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", message, { cause });
}
