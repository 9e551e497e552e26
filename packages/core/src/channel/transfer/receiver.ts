import type { PeerhoodError } from "../../errors.js";
import type { Clock, TimerHandle } from "../../util/clock.js";
import { Fifo } from "../../util/fifo.js";
import { Arrivals } from "./arrivals.js";
import type { RemoteBudgets } from "./budgets.js";
import type { ByteWriter } from "./bytes.js";
import {
  ADMISSION_BYTES,
  REPORT_BYTES,
  REPORT_MS,
  RESUME_COUNT,
  UNTOLD_COUNT,
  WHOLE_OVERHEAD_BYTES,
} from "./constants.js";
import { parseMeta, writeAck, writeAdmit, writeCancel, writeCredit, type Kind, type Start } from "./frame.js";
import { Incoming, type IncomingHost } from "./incoming.js";
import { ArrivingData, type IncomingDataOptions, type IncomingMessage } from "./incoming-data.js";
import { fromReason, toReason, type Reason } from "./reason.js";
import { reportIfUnheard } from "./unheard.js";
import { WholeMessages } from "./whole-messages.js";

export interface ReceiverOptions extends IncomingDataOptions {
  readonly clock: Clock;
  readonly budgets: RemoteBudgets;
  /** `false`: nobody listens. */
  readonly onMessage: (message: IncomingMessage) => boolean;
  /** There are control records to send. */
  readonly onControl: () => void;
  /** There are some that can wait for others; `burst`: for those that follow at once. */
  readonly onControlLater: (burst: boolean) => void;
}

export type { IncomingMessage } from "./incoming-data.js";

/** The incoming transfers of one channel. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #host: IncomingHost;
  /** Messages that came in one piece. */
  readonly #whole: WholeMessages;
  /** The others that are not over: under way, or unread. */
  readonly #open = new Map<number, Incoming>();
  /** Data that is collected as garbage unread must not hold its reservation for ever. */
  readonly #forgotten = new FinalizationRegistry<Incoming>((incoming) => {
    if (!incoming.awaited) incoming.discard();
  });
  readonly #arrivals = new Arrivals();
  readonly #changed = new Set<Incoming>();
  /** Bytes have arrived since the last report, too few for one. */
  readonly #unreported = new Set<Incoming>();
  #unreportedBytes = 0;
  #reportTimer: TimerHandle | undefined;
  /** Complete and unread when the channel was closed. */
  readonly #kept = new Set<Incoming>();
  #closed = false;
  readonly #cancelled = new Fifo<{ readonly id: number; readonly reason: Reason }>();
  #releasedBytes = 0;
  #releasedCount = 0;
  #wholeInFrame = 0;
  #wholeUntold = 0;
  #moreFollows = false;
  #toldBytes = 0;
  #toldCount = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#whole = new WholeMessages({
      ...options,
      onReleased: (bytes) => this.#released(bytes, 0),
      onCancel: (id, error) => this.#cancel(id, error),
    });
    this.#host = {
      budgets: options.budgets,
      onProgress: (incoming) => this.#onProgress(incoming),
      onReleased: (incoming) => {
        if (this.#closed) {
          if (this.#kept.delete(incoming)) options.budgets.drop(incoming.reservation, 1);
          return;
        }
        if (incoming.complete || incoming.error !== undefined) this.#open.delete(incoming.id);
        this.#released(incoming.reservation, 1);
      },
      onCancel: (incoming, error) => {
        this.#open.delete(incoming.id);
        this.#arrivals.givenUp(incoming.id);
        this.#cancel(incoming.id, error);
      },
    };
  }

  /** Transfers that are not over. */
  get size(): number {
    return this.#open.size + this.#whole.size;
  }

  /**
   * A message that is whole in its frame.
   * @throws whatever the remote did wrong
   */
  whole(id: number, kind: Kind, meta: Uint8Array | undefined, frame: Uint8Array, from: number, to: number): void {
    this.#checkTurn(id);
    const reservation = to - from + (meta?.length ?? 0) + WHOLE_OVERHEAD_BYTES;
    const parsed = meta === undefined ? {} : parseMeta(meta);
    this.#options.budgets.hold(reservation, 0);
    // A listener may cancel it, which is told before any acknowledgement.
    this.#arrivals.arrived(id);
    this.#wholeInFrame++;
    this.#whole.deliver(id, kind, parsed, frame, from, to - from, reservation);
  }

  /** Another frame follows at once. */
  more(): void {
    this.#moreFollows = true;
  }

  /** All records of a frame have been handed over. */
  frameRead(): void {
    const moreFollows = this.#moreFollows;
    this.#moreFollows = false;
    if (this.#wholeInFrame === 0) return;
    this.#wholeUntold += this.#wholeInFrame;
    const waits = moreFollows && this.#wholeUntold < UNTOLD_COUNT;
    this.#wholeInFrame = 0;
    if (waits) this.#options.onControlLater(true);
    else this.#options.onControl();
  }

  /** @throws whatever the remote did wrong */
  start(start: Start, payload: Uint8Array): void {
    this.#checkTurn(start.id);
    const incoming = new Incoming(start, this.#host);
    this.#options.budgets.hold(incoming.reservation, 1);
    this.#arrivals.begun(start.id);
    this.#open.set(start.id, incoming);
    const data = new ArrivingData(incoming, this.#options);
    this.#forgotten.register(data, incoming);
    if (!this.#options.onMessage({ data, info: incoming.meta.info, size: incoming.size })) incoming.discard();
    incoming.push(payload, false);
  }

  /** A message of a channel that acknowledges nothing: whole, in any order. */
  unacknowledged(kind: Kind, meta: Uint8Array | undefined, payload: Uint8Array): void {
    this.#whole.pass(kind, meta === undefined ? {} : parseMeta(meta), payload);
  }

  /** @throws whatever the remote did wrong */
  data(id: number, fin: boolean, tell: boolean, payload: Uint8Array): void {
    const incoming = this.#open.get(id);
    // What this side has cancelled may still be on its way.
    if (incoming === undefined) return this.#checkBegan(id);
    incoming.push(payload, fin);
    this.#unreportedBytes += payload.length;
    if (tell || this.#unreportedBytes >= REPORT_BYTES) this.#reportAll();
  }

  /** @throws RangeError when there never was such a transfer */
  abort(id: number, reason: Reason): void {
    const incoming = this.#open.get(id);
    this.#checkBegan(id);
    if (incoming === undefined || incoming.complete) return;
    this.#open.delete(id);
    this.#arrivals.givenUp(id);
    this.#fail(
      incoming,
      fromReason("TRANSFER_ABORTED", "The remote gave the transfer up", reason, this.#options.remoteId),
    );
  }

  /** What has just been delivered has been taken by now, or is to be kept. */
  settle(): void {
    this.#whole.settle();
  }

  close(error: PeerhoodError): void {
    if (this.#closed) return;
    this.#closed = true;
    const { budgets, clock } = this.#options;
    if (this.#reportTimer !== undefined) clock.clearTimeout(this.#reportTimer);
    this.#unreported.clear();
    this.#changed.clear();
    this.#whole.close(error);
    for (const incoming of this.#open.values()) {
      budgets.letGo(incoming.reservation, 1);
      if (!incoming.complete) this.#fail(incoming, error);
      else if (budgets.keep(incoming.reservation, 1)) this.#kept.add(incoming);
      else incoming.drop(error);
    }
    this.#open.clear();
  }

  /**
   * What the sender of the other side should know by now, up to `limit` bytes of the frame; each thing once. Returns
   * whether there is more.
   */
  writeControl(writer: ByteWriter, limit: number): boolean {
    for (let cancelled = this.#cancelled.shift(); cancelled !== undefined; cancelled = this.#cancelled.shift()) {
      writeCancel(writer, cancelled.id, cancelled.reason);
      if (writer.length >= limit) return true;
    }
    this.#wholeUntold = 0;
    for (let ack = this.#arrivals.next(); ack !== undefined; ack = this.#arrivals.next()) {
      writeAck(writer, ack.below, ack.ranges);
      if (writer.length >= limit) return true;
    }
    for (const incoming of this.#changed) {
      this.#changed.delete(incoming);
      this.#unreported.delete(incoming);
      if (incoming.complete || incoming.error !== undefined) continue;
      const { id, received, limit: credit } = incoming;
      incoming.reportedReceived = received;
      incoming.reportedLimit = credit;
      writeCredit(writer, id, received, credit);
      if (writer.length >= limit) return true;
    }
    if (this.#releasedBytes > this.#toldBytes || this.#releasedCount > this.#toldCount)
      writeAdmit(writer, this.#releasedBytes, this.#releasedCount);
    this.#toldBytes = this.#releasedBytes;
    this.#toldCount = this.#releasedCount;
    return false;
  }

  #checkTurn(id: number): void {
    if (id !== this.#arrivals.nextId) throw new RangeError("a transfer out of turn");
  }

  #checkBegan(id: number): void {
    if (id >= this.#arrivals.nextId) throw new RangeError("a transfer that never began");
  }

  #released(bytes: number, count: number): void {
    this.#options.budgets.letGo(bytes, count);
    this.#releasedBytes += bytes;
    this.#releasedCount += count;
    const due =
      this.#releasedCount - this.#toldCount >= RESUME_COUNT ||
      this.#releasedBytes - this.#toldBytes >= ADMISSION_BYTES / 8;
    if (due) this.#options.onControl();
    else this.#options.onControlLater(false);
  }

  #cancel(id: number, error: PeerhoodError): void {
    this.#cancelled.push({ id, reason: toReason(error) });
    this.#options.onControl();
  }

  /** What is awaited tells of its failure by the promise. */
  #fail(incoming: Incoming, error: PeerhoodError): void {
    incoming.fail(error);
    if (incoming.discarded) return;
    reportIfUnheard(
      () => incoming.touched,
      () => this.#options.onUnhandled(error),
    );
  }

  #onProgress(incoming: Incoming): void {
    const { id, received, limit, reportedReceived, reportedLimit } = incoming;
    if (incoming.complete) {
      // Once, with the last bytes: reading them later changes nothing for the sender.
      if (reportedReceived !== Infinity) {
        incoming.reportedReceived = Infinity;
        this.#changed.delete(incoming);
        this.#unreported.delete(incoming);
        this.#arrivals.arrived(id);
        this.#options.onControl();
      }
      return;
    }
    const due =
      limit - reportedLimit >= incoming.windowBytes / 4 || (limit > reportedLimit && received >= reportedLimit);
    if (due) {
      this.#changed.add(incoming);
      this.#options.onControl();
    } else if (received > reportedReceived) {
      this.#unreported.add(incoming);
      this.#reportTimer ??= this.#options.clock.setTimeout(() => {
        this.#reportTimer = undefined;
        this.#reportAll();
      }, REPORT_MS);
    }
  }

  /** However little has arrived, and whoever reads it: the sender must be able to tell a slow link from a dead one. */
  #reportAll(): void {
    this.#unreportedBytes = 0;
    for (const incoming of this.#unreported) this.#changed.add(incoming);
    this.#unreported.clear();
    if (this.#changed.size > 0) this.#options.onControl();
  }
}
