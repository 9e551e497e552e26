import { PeerhoodError, toPeerhoodError } from "../../errors.js";
import type { Clock, TimerHandle } from "../../util/clock.js";
import { soon } from "../../util/microtask.js";
import type { MessageCarrier } from "../carrier.js";
import type { DataChannelEvent } from "../data-channel-like.js";
import type { RemoteBudgets } from "./budgets.js";
import { ByteWriter, encodeText } from "./bytes.js";
import { ANSWER_MICROTASKS, CONTROL_FRAME_BYTES, MICROTASKS_AFTER_ANSWER, ROOM_DELAY_MS } from "./constants.js";
import { DrainPace } from "./drain-pace.js";
import { readFrame, type FrameHandler } from "./frame.js";
import type { IncomingMessage } from "./incoming-data.js";
import type { Outgoing } from "./outgoing.js";
import { PlainSender } from "./plain-sender.js";
import { Receiver } from "./receiver.js";
import { Sender } from "./sender.js";

export interface ChannelTransfersOptions {
  readonly channel: MessageCarrier;
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
  readonly #handler: FrameHandler;
  readonly #pace = new DrainPace();
  /** A flush is due: at the end of the turn, and after what has arrived in it. */
  #flushDue = false;
  #receiving = false;
  #microtasksLeft = 0;
  #laterTimer: TimerHandle | undefined;
  #burstGoesOn = false;
  #closed = false;

  constructor(options: ChannelTransfersOptions) {
    this.#options = options;
    const { channel, clock, budgets, remoteId, label, limits, reliable, raw, onMessage, onError } = options;
    this.#writer = new ByteWriter(limits.bulkFrameBytes);
    const onReady = (): void => this.#flushSoon();
    this.#sender = new Sender({ ...limits, clock, budgets, remoteId, onReady, onTurn: () => this.#flush() });
    this.#receiver = new Receiver({
      clock,
      budgets,
      label,
      remoteId,
      maxMessageBytes: limits.maxMessageBytes,
      onMessage,
      onUnhandled: onError,
      onControl: onReady,
      onControlLater: (burst) => this.#flushLater(burst),
    });
    this.#handler = reliable ? this.#createHandler() : this.#createPlainHandler();
    if (!reliable || raw) this.#plain = new PlainSender(channel, raw, limits.maxFrameBytes);
    channel.bufferedAmountLowThreshold = this.#pace.lowWaterBytes;
    channel.addEventListener("message", (event) => this.#receive(event));
    channel.addEventListener("bufferedamountlow", () => this.#flush());
    channel.addEventListener("open", () => this.#flush());
  }

  /** Transfers that are not over, both ways. */
  get size(): number {
    return this.#sender.size + this.#receiver.size + (this.#plain?.size ?? 0);
  }

  send(outgoing: Outgoing): void {
    // The answer that its acknowledgement has waited for, or one of several that are given in the same microtask.
    this.#microtasksLeft = Math.min(this.#microtasksLeft, MICROTASKS_AFTER_ANSWER);
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
    if (this.#laterTimer !== undefined) this.#options.clock.clearTimeout(this.#laterTimer);
    this.#sender.close(error);
    this.#plain?.close(error);
    this.#receiver.close(error);
  }

  #receive({ data }: DataChannelEvent): void {
    if (this.#closed) return;
    this.#receiving = true;
    try {
      if (this.#options.raw) this.#receiveRaw(data as string | ArrayBuffer);
      else if (typeof data === "string") throw new TypeError("text where a frame should be");
      else readFrame(new Uint8Array(data as ArrayBuffer), this.#handler);
    } catch (error) {
      this.#violated(error);
    }
    this.#receiver.frameRead();
    this.#receiving = false;
    this.#microtasksLeft = ANSWER_MICROTASKS;
    soon(this.#atEnd);
  }

  #receiveRaw(data: string | ArrayBuffer): void {
    if (typeof data === "string") this.#receiver.unacknowledged("string", undefined, encodeText(data));
    else this.#receiver.unacknowledged("binary", undefined, new Uint8Array(data));
  }

  #createHandler(): FrameHandler {
    const sender = this.#sender;
    const receiver = this.#receiver;
    const isClosed = (): boolean => this.#closed;
    return {
      get closed() {
        return isClosed();
      },
      whole: (id, kind, meta, frame, from, to) => receiver.whole(id, kind, meta, frame, from, to),
      start: (start, payload) => receiver.start(start, payload),
      data: (id, fin, tell, payload) => receiver.data(id, fin, tell, payload),
      ackBelow: (id) => sender.ackBelow(id),
      ackRange: (first, end) => sender.ackRange(first, end),
      credit: (id, received, limit) => sender.credit(id, received, limit),
      abort: (id, reason) => receiver.abort(id, reason),
      cancel: (id, reason) => sender.cancelled(id, reason),
      admit: (bytes, count) => sender.admit(bytes, count),
      more: () => receiver.more(),
    };
  }

  /** On channels that lose or reorder, every frame is one whole message. */
  #createPlainHandler(): FrameHandler {
    const refuse = (): never => {
      throw new RangeError("something else than a whole message on an unreliable channel");
    };
    return {
      ...this.#createHandler(),
      closed: false,
      whole: (_id, kind, meta, frame, from, to) =>
        to < frame.length ? refuse() : this.#receiver.unacknowledged(kind, meta, frame.subarray(from, to)),
      start: refuse,
      data: refuse,
      ackBelow: refuse,
      ackRange: refuse,
      credit: refuse,
      abort: refuse,
      cancel: refuse,
      admit: refuse,
      more: refuse,
    };
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
    if (this.#flushDue) return;
    this.#flushDue = true;
    if (!this.#receiving) soon(this.#atEnd);
  }

  readonly #atEnd = (): void => {
    if (this.#microtasksLeft > 0) {
      this.#microtasksLeft--;
      return soon(this.#atEnd);
    }
    this.#receiver.settle();
    if (!this.#flushDue) return;
    this.#flushDue = false;
    this.#flush();
  };

  /** In a moment, unless something else goes out before. As long as bursts come, their receiver says when. */
  #flushLater(burst: boolean): void {
    if (this.#flushDue || this.#closed) return;
    this.#burstGoesOn ||= burst && this.#laterTimer !== undefined;
    this.#laterTimer ??= this.#options.clock.setTimeout(() => {
      this.#laterTimer = undefined;
      const goesOn = this.#burstGoesOn;
      this.#burstGoesOn = false;
      if (goesOn) this.#flushLater(true);
      else this.#flush();
    }, ROOM_DELAY_MS);
  }

  #hasRoom(): boolean {
    if (this.#pace.roomy) return true;
    const { channel, clock } = this.#options;
    const { bufferedAmount } = channel;
    const before = this.#pace.lowWaterBytes;
    this.#pace.measure(clock.now(), bufferedAmount);
    if (this.#pace.lowWaterBytes !== before) channel.bufferedAmountLowThreshold = this.#pace.lowWaterBytes;
    return bufferedAmount < this.#pace.highWaterBytes;
  }

  #flush(): void {
    const { channel, budgets } = this.#options;
    if (this.#closed || channel.readyState !== "open") return;
    if (this.#plain !== undefined) return this.#plain.flush();
    this.#sendFrames(channel);
    if (budgets.pace.awaited) budgets.pace.serve();
  }

  #sendFrames(channel: MessageCarrier): void {
    for (let more = true; more;) {
      const writer = this.#writer;
      writer.reset();
      // However full the channel is: nobody shall wait for an acknowledgement because of our data.
      more = this.#receiver.writeControl(writer, CONTROL_FRAME_BYTES);
      more = this.#sender.writeControl(writer, CONTROL_FRAME_BYTES) || more;
      if (this.#sender.hasMore && this.#hasRoom()) more = this.#sender.fill(writer, this.#pace.frameBytes) || more;
      if (writer.length === 0) return;
      try {
        channel.send(writer.take());
        this.#pace.sent(writer.length);
      } catch (cause) {
        // The channel closed under us, which its event is about to tell; anything else is a fault of ours.
        if (channel.readyState !== "open") return;
        this.close(new PeerhoodError("CHANNEL_CLOSED", "The channel refused a frame; see cause.", { cause }));
        return channel.close();
      }
    }
  }
}
