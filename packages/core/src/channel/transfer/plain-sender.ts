import { PeerhoodError } from "../../errors.js";
import type { DataChannelLike } from "../data-channel-like.js";
import { ByteWriter } from "./bytes.js";
import { HIGH_WATER_BYTES } from "./constants.js";
import { RECORD_OVERHEAD_BYTES, writeRecord } from "./frame.js";
import type { Outgoing } from "./outgoing.js";

/**
 * Sends each message as one SCTP message, whole or not at all: on unreliable and unordered channels, where there is
 * nothing to acknowledge, and raw on channels with a protocol of the application's.
 */
export class PlainSender {
  readonly #channel: DataChannelLike;
  readonly #raw: boolean;
  readonly #maxFrameBytes: number;
  readonly #queue: { readonly outgoing: Outgoing; readonly frame: string | Uint8Array | undefined }[] = [];
  #nextId = 0;
  #preparing = Promise.resolve();
  #idle: (() => void)[] = [];

  constructor(channel: DataChannelLike, raw: boolean, maxFrameBytes: number) {
    this.#channel = channel;
    this.#raw = raw;
    this.#maxFrameBytes = maxFrameBytes;
  }

  add(outgoing: Outgoing): void {
    const { payload } = outgoing;
    if (outgoing.over || payload === undefined) return;
    if (payload.bytes !== undefined && this.#queue.length === 0) {
      this.#enqueue(outgoing, payload.bytes);
      return this.flush();
    }
    const entry = { outgoing, frame: undefined as string | Uint8Array | undefined };
    this.#queue.push(entry);
    this.#preparing = this.#preparing.then(async () => {
      const bytes = payload.bytes ?? (await outgoing.readAll(this.#maxFrameBytes));
      this.#queue.splice(this.#queue.indexOf(entry), 1);
      if (bytes !== undefined) this.#enqueue(outgoing, bytes);
      this.flush();
    });
  }

  whenIdle(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  close(error: PeerhoodError): void {
    for (const { outgoing } of this.#queue.splice(0)) outgoing.fail(error);
    this.#checkIdle();
  }

  /** Hands over what the channel has room for. */
  flush(): void {
    while (this.#channel.readyState === "open" && this.#channel.bufferedAmount < HIGH_WATER_BYTES) {
      const entry = this.#queue[0];
      if (entry?.frame === undefined) break;
      this.#queue.shift();
      const { outgoing, frame } = entry;
      if (outgoing.over) continue;
      try {
        if (typeof frame === "string") this.#channel.send(frame);
        else this.#channel.send(frame);
        outgoing.sent = outgoing.payload?.size ?? frame.length;
        outgoing.succeed();
      } catch (cause) {
        outgoing.fail(new PeerhoodError("MESSAGE_TOO_LARGE", "The channel refused the message; see cause.", { cause }));
      }
    }
    this.#checkIdle();
  }

  #enqueue(outgoing: Outgoing, bytes: Uint8Array): void {
    const frame = this.#encode(outgoing, bytes);
    if (frame.length <= this.#maxFrameBytes) {
      this.#queue.push({ outgoing, frame });
      return;
    }
    outgoing.fail(
      new PeerhoodError(
        "MESSAGE_TOO_LARGE",
        `The message takes ${frame.length} bytes; on this kind of channel it must fit into one frame of ` +
          `${this.#maxFrameBytes}. Use an ordered, reliable channel without a protocol for larger ones.`,
      ),
    );
  }

  #encode(outgoing: Outgoing, bytes: Uint8Array): string | Uint8Array {
    const { kind = "binary", meta, size = bytes.length } = outgoing.payload ?? {};
    if (this.#raw) return kind === "string" ? new TextDecoder().decode(bytes) : bytes;
    const writer = new ByteWriter(bytes.length + RECORD_OVERHEAD_BYTES);
    writeRecord(writer, { type: "start", id: this.#nextId++, kind, fin: true, size, meta, payload: bytes });
    return writer.take();
  }

  #checkIdle(): void {
    if (this.#queue.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
