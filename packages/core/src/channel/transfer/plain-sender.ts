import { PeerhoodError } from "../../errors.js";
import type { MessageCarrier } from "../carrier.js";
import { Fifo } from "../../util/fifo.js";
import { ByteWriter, decodeText } from "./bytes.js";
import { MAX_HIGH_WATER_BYTES } from "./constants.js";
import { RECORD_OVERHEAD_BYTES, writeWhole, type Kind } from "./frame.js";
import type { Outgoing, OutgoingOwner } from "./outgoing.js";

/**
 * Sends each message as one SCTP message, whole or not at all: on unreliable and unordered channels, where there is
 * nothing to acknowledge, and raw on channels with a protocol of the application's.
 */
export class PlainSender implements OutgoingOwner {
  readonly #channel: MessageCarrier;
  readonly #raw: boolean;
  readonly #maxFrameBytes: number;
  /** In the order in which their bytes were complete. */
  readonly #queue = new Fifo<{ readonly outgoing: Outgoing; readonly frame: string | Uint8Array }>();
  /** Blobs and streams that are being read. */
  readonly #reading = new Set<Outgoing>();
  #nextId = 0;
  #idle: (() => void)[] = [];
  #closed: PeerhoodError | undefined;

  constructor(channel: MessageCarrier, raw: boolean, maxFrameBytes: number) {
    this.#channel = channel;
    this.#raw = raw;
    this.#maxFrameBytes = maxFrameBytes;
  }

  get size(): number {
    return this.#queue.length + this.#reading.size;
  }

  add(outgoing: Outgoing): void {
    const { payload } = outgoing;
    if (outgoing.over || payload === undefined) return;
    if (this.#closed !== undefined) return outgoing.fail(this.#closed);
    if (this.#raw && (payload.kind === "json" || payload.meta !== undefined)) return outgoing.fail(notRaw());
    outgoing.owner = this;
    if (payload.bytes === undefined) void this.#read(outgoing);
    else this.#enqueue(outgoing, payload.bytes);
    this.flush();
  }

  ready(): void {}

  aborted(outgoing: Outgoing): void {
    // One that is queued is skipped when its turn comes.
    if (this.#reading.delete(outgoing)) this.#checkIdle();
  }

  whenIdle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  close(error: PeerhoodError): void {
    this.#closed ??= error;
    for (const { outgoing } of this.#queue.clear()) outgoing.fail(error);
    for (const outgoing of this.#reading) outgoing.fail(error);
    this.#checkIdle();
  }

  /** Hands over what the channel has room for. */
  flush(): void {
    while (this.#channel.readyState === "open" && this.#channel.bufferedAmount < MAX_HIGH_WATER_BYTES) {
      const entry = this.#queue.shift();
      if (entry === undefined) break;
      const { outgoing, frame } = entry;
      if (outgoing.over) continue;
      try {
        if (typeof frame === "string") this.#channel.send(frame);
        else this.#channel.send(frame);
        outgoing.succeed();
      } catch (cause) {
        outgoing.fail(new PeerhoodError("CHANNEL_CLOSED", "The channel refused the message; see cause.", { cause }));
      }
    }
    this.#checkIdle();
  }

  /** A Blob or a stream, as long as it may still fit into one frame. */
  async #read(outgoing: Outgoing): Promise<void> {
    this.#reading.add(outgoing);
    const bytes = await outgoing.supply?.readAll(this.#maxFrameBytes);
    this.#reading.delete(outgoing);
    if (bytes !== undefined) this.#enqueue(outgoing, bytes);
    this.flush();
  }

  #enqueue(outgoing: Outgoing, bytes: Uint8Array): void {
    const { kind = "binary", meta } = outgoing.payload ?? {};
    const frameBytes = bytes.length + (this.#raw ? 0 : RECORD_OVERHEAD_BYTES + (meta?.length ?? 0));
    if (frameBytes <= this.#maxFrameBytes) {
      outgoing.size = bytes.length;
      if (this.#raw) this.#queue.push({ outgoing, frame: kind === "string" ? decodeText(bytes) : bytes });
      else this.#queue.push({ outgoing, frame: this.#encode(kind, meta, bytes) });
      return;
    }
    outgoing.fail(
      new PeerhoodError(
        "MESSAGE_TOO_LARGE",
        `The message takes ${frameBytes} bytes; on this kind of channel it must fit into one frame of ` +
          `${this.#maxFrameBytes}. Use an ordered, reliable channel without a protocol for larger ones.`,
      ),
    );
  }

  #encode(kind: Kind, meta: Uint8Array | undefined, payload: Uint8Array): Uint8Array {
    const writer = new ByteWriter(payload.length + RECORD_OVERHEAD_BYTES + (meta?.length ?? 0));
    const id = this.#nextId++;
    writeWhole(writer, { id, kind, meta }, payload);
    return writer.take();
  }

  #checkIdle(): void {
    if (this.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function notRaw(): PeerhoodError {
  return new PeerhoodError(
    "UNSUPPORTED_PAYLOAD",
    "A channel with a protocol carries text and bytes as they are: no info, no JSON values. Encode them yourself, or " +
      "use a channel without a protocol.",
  );
}
