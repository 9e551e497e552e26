import { PeerhoodError, toPeerhoodError } from "../../errors.js";
import type { Clock } from "../../util/clock.js";
import type { DataChannelEvent, DataChannelLike } from "../data-channel-like.js";
import type { RemoteBudgets } from "./budgets.js";
import { ByteWriter } from "./bytes.js";
import { CONTROL_FRAME_BYTES, HIGH_WATER_BYTES, LOW_WATER_BYTES } from "./constants.js";
import { readRecords, writeRecord, type FrameRecord } from "./frame.js";
import type { Outgoing } from "./outgoing.js";
import { PlainSender } from "./plain-sender.js";
import { Receiver, type IncomingMessage } from "./receiver.js";
import { Sender } from "./sender.js";

export interface ChannelTransfersOptions {
  readonly channel: DataChannelLike;
  readonly label: string;
  readonly remoteId: string;
  readonly clock: Clock;
  readonly limits: {
    readonly maxFrameBytes: number;
    readonly bulkFrameBytes: number;
    readonly maxMessageBytes: number;
    readonly stallTimeoutMs: number;
  };
  readonly budgets: RemoteBudgets;
  /** Ordered and never giving up: then transfers are acknowledged. */
  readonly reliable: boolean;
  /** The channel has a protocol of the application's: frames are messages as they are. */
  readonly raw: boolean;
  /** `false`: nobody listens. */
  readonly onMessage: (message: IncomingMessage) => boolean;
  readonly onError: (error: PeerhoodError) => void;
}

/** The messages of one labelled channel, both ways: what joins sender and receiver to the native channel. */
export class ChannelTransfers {
  readonly #options: ChannelTransfersOptions;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  /** On channels where nothing is acknowledged. */
  readonly #plain: PlainSender | undefined;
  /** One for all frames: `send` takes a copy. */
  readonly #writer: ByteWriter;
  #flushing = false;
  #closed = false;

  constructor(options: ChannelTransfersOptions) {
    this.#options = options;
    const { channel, clock, budgets, remoteId, label, limits, reliable, raw, onMessage, onError } = options;
    this.#writer = new ByteWriter(limits.bulkFrameBytes);
    const onReady = (): void => this.#flushSoon();
    this.#sender = new Sender({ ...limits, clock, budgets, remoteId, onReady });
    this.#receiver = new Receiver({
      clock,
      budgets,
      label,
      remoteId,
      maxMessageBytes: limits.maxMessageBytes,
      onMessage,
      onUnhandled: onError,
      onControl: onReady,
    });
    if (!reliable || raw) this.#plain = new PlainSender(channel, raw, limits.maxFrameBytes);
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
    channel.addEventListener("message", (event) => this.#receive(event));
    channel.addEventListener("bufferedamountlow", () => this.#flush());
    channel.addEventListener("open", () => this.#flush());
  }

  /** Transfers that are not over, both ways. */
  get size(): number {
    return this.#sender.size + this.#receiver.size + (this.#plain?.size ?? 0);
  }

  send(outgoing: Outgoing): void {
    if (this.#plain === undefined) this.#sender.add(outgoing);
    else this.#plain.add(outgoing);
  }

  /** Resolves when everything that was sent is delivered or failed. */
  drained(): Promise<void> {
    return (this.#plain ?? this.#sender).whenIdle();
  }

  /** Fails what is under way, in both directions. Idempotent. */
  close(error: PeerhoodError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sender.close(error);
    this.#plain?.close(error);
    this.#receiver.close(error);
  }

  #receive({ data }: DataChannelEvent): void {
    if (this.#closed) return;
    try {
      if (this.#options.raw) return this.#receiver.raw(data as string | ArrayBuffer);
      if (typeof data === "string") throw new TypeError("text where a frame should be");
      for (const record of readRecords(new Uint8Array(data as ArrayBuffer))) {
        this.#dispatch(record);
        // A listener may have closed it.
        if (this.#closed) return;
      }
    } catch (error) {
      this.#violated(error);
    }
  }

  #dispatch(record: FrameRecord): void {
    if (this.#plain !== undefined) {
      if (record.type !== "start" || !record.fin) throw new RangeError("part of a message on an unreliable channel");
      return this.#receiver.whole(record);
    }
    switch (record.type) {
      case "start":
        return this.#receiver.start(record);
      case "data":
        return this.#receiver.data(record);
      case "abort":
        return this.#receiver.abort(record.id, record.reason);
      case "ack":
        return this.#sender.acknowledge(record.ranges);
      case "credit":
        return this.#sender.credit(record.id, record.received, record.limit);
      case "cancel":
        return this.#sender.cancelled(record.id, record.reason);
      case "admit":
        return this.#sender.admit(record.bytes, record.count);
    }
  }

  /** The remote broke the protocol: this channel is worth nothing any more, the others are not touched. */
  #violated(cause: unknown): void {
    const error = toPeerhoodError(cause, "PROTOCOL_ERROR", "The remote sent a frame that is none; see cause.", {
      remoteId: this.#options.remoteId,
    });
    this.#options.onError(error);
    this.close(error);
    this.#options.channel.close();
  }

  /** At the end of the turn: what is sent in one turn travels together. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { channel } = this.#options;
    if (this.#closed || channel.readyState !== "open") return;
    if (this.#plain !== undefined) return this.#plain.flush();
    for (let more = true; more;) {
      const writer = this.#writer;
      writer.reset();
      // However full the channel is: nobody shall wait for an acknowledgement because of our data.
      while (writer.length < CONTROL_FRAME_BYTES) {
        const record = this.#receiver.nextControl() ?? this.#sender.nextControl();
        if (record === undefined) break;
        writeRecord(writer, record);
      }
      more = writer.length >= CONTROL_FRAME_BYTES;
      if (channel.bufferedAmount < HIGH_WATER_BYTES) more = this.#sender.fill(writer) || more;
      if (writer.length === 0) return;
      try {
        channel.send(writer.take());
      } catch (cause) {
        // The channel closed under us, which its event is about to tell; anything else is a fault of ours.
        if (channel.readyState !== "open") return;
        this.close(new PeerhoodError("CHANNEL_CLOSED", "The channel refused a frame; see cause.", { cause }));
        return channel.close();
      }
    }
  }
}
