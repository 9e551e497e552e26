import { PeerhoodError } from "../../errors.js";
import type { Clock, TimerHandle } from "../../util/clock.js";
import { Fifo } from "../../util/fifo.js";
import type { RemoteBudgets } from "./budgets.js";
import type { ByteWriter } from "./bytes.js";
import { INITIAL_WINDOW_BYTES, SHARED_FRAME_BYTES } from "./constants.js";
import { RECORD_OVERHEAD_BYTES, writeRecord, type FrameRecord } from "./frame.js";
import type { Outgoing } from "./outgoing.js";

export interface SenderOptions {
  readonly clock: Clock;
  readonly budgets: RemoteBudgets;
  readonly remoteId: string;
  readonly stallTimeoutMs: number;
  readonly bulkFrameBytes: number;
  readonly maxFrameBytes: number;
  /** There is something to send. */
  readonly onReady: () => void;
}

interface Entry {
  readonly outgoing: Outgoing;
  readonly reservation: number;
}

/**
 * The outgoing transfers of one channel: which of them goes into the next frame. Messages begin in the order in which
 * they were sent; then short ones go whole and the others take turns.
 */
export class Sender {
  readonly #options: SenderOptions;
  /** Not begun: for want of room at the remote, or of a turn. */
  readonly #pending = new Fifo<Outgoing>();
  /** Begun and not acknowledged, by id. */
  readonly #open = new Map<number, Entry>();
  /** Begun and not all sent; the first is next. */
  #turns: number[] = [];
  #aborted: FrameRecord[] = [];
  #nextId = 0;
  #reservedBytes = 0;
  #reservedCount = 0;
  #releasedBytes = 0;
  #releasedCount = 0;
  #stallTimer: TimerHandle | undefined;
  #progressAt = 0;
  #idle: (() => void)[] = [];
  #closed: PeerhoodError | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size + this.#pending.length;
  }

  add(outgoing: Outgoing): void {
    if (outgoing.over) return;
    if (this.#closed !== undefined) return outgoing.fail(this.#closed);
    this.#pending.push(outgoing);
    outgoing.onReady = this.#options.onReady;
    // It is skipped when its turn comes.
    outgoing.onAbort = this.#options.onReady;
    this.#options.onReady();
  }

  /** Resolves when nothing is left to send or to be acknowledged. */
  whenIdle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Fills a frame. Returns whether there is more for another one. */
  fill(writer: ByteWriter): boolean {
    for (const record of this.#aborted.splice(0)) writeRecord(writer, record);
    const { bulkFrameBytes, maxFrameBytes } = this.#options;
    const alone = this.#pending.length === 0 && this.#turns.length < 2;
    const frameBytes = Math.min(alone ? bulkFrameBytes : SHARED_FRAME_BYTES, maxFrameBytes);
    if (!this.#beginPending(writer, frameBytes)) return true;
    for (let tries = this.#turns.length; tries > 0; tries--) {
      const room = frameBytes - writer.length - RECORD_OVERHEAD_BYTES;
      if (room <= 0) return true;
      this.#takeTurn(writer, room);
    }
    return this.#turns.some((id) => this.#hasWork(id));
  }

  /** @throws RangeError when the remote acknowledges what was never sent */
  acknowledge(ranges: readonly (readonly [number, number])[]): void {
    this.#progressed();
    let end = 0;
    for (const [first, count] of ranges) {
      // Ascending, so that a frame costs no more than there are transfers.
      if (first < end) throw new RangeError("an acknowledgement whose ranges overlap");
      end = first + count;
      if (end > this.#nextId) throw new RangeError("an acknowledgement of what was never sent");
      for (let id = first; id < first + count; id++) {
        const outgoing = this.#open.get(id)?.outgoing;
        if (outgoing === undefined) continue;
        if (!outgoing.finSent) throw new RangeError("an acknowledgement of what was not sent to its end");
        this.#remove(id);
        outgoing.succeed();
      }
    }
    this.#checkIdle();
  }

  /** @throws RangeError when the remote has received what was never sent */
  credit(id: number, received: number, limit: number): void {
    this.#progressed();
    const outgoing = this.#open.get(id)?.outgoing;
    if (outgoing === undefined) return;
    if (received > outgoing.sent) throw new RangeError("more has arrived than was sent");
    outgoing.acknowledge(received);
    outgoing.limit = Math.max(outgoing.limit, limit);
    this.#options.onReady();
  }

  cancelled(id: number, reason: string): void {
    const outgoing = this.#open.get(id)?.outgoing;
    if (outgoing === undefined) return;
    this.#remove(id);
    const { remoteId } = this.#options;
    outgoing.fail(
      new PeerhoodError("TRANSFER_CANCELLED", `The remote does not want the rest: ${reason}`, { remoteId }),
    );
    this.#checkIdle();
  }

  /** @throws RangeError when the remote frees what was never reserved */
  admit(bytes: number, count: number): void {
    if (bytes > this.#reservedBytes || count > this.#reservedCount) throw new RangeError("it frees what was not taken");
    const freedBytes = Math.max(0, bytes - this.#releasedBytes);
    const freedCount = Math.max(0, count - this.#releasedCount);
    this.#releasedBytes += freedBytes;
    this.#releasedCount += freedCount;
    this.#options.budgets.release(freedBytes, freedCount);
  }

  close(error: PeerhoodError): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    if (this.#stallTimer !== undefined) this.#options.clock.clearTimeout(this.#stallTimer);
    const failed = [...[...this.#open.values()].map(({ outgoing }) => outgoing), ...this.#pending.clear()];
    this.#open.clear();
    this.#turns = [];
    this.#options.budgets.release(this.#reservedBytes - this.#releasedBytes, this.#reservedCount - this.#releasedCount);
    this.#releasedBytes = this.#reservedBytes;
    this.#releasedCount = this.#reservedCount;
    for (const outgoing of failed) outgoing.fail(error);
    this.#checkIdle();
  }

  /** Returns `false` when the frame is full and more could begin. */
  #beginPending(writer: ByteWriter, frameBytes: number): boolean {
    for (;;) {
      const outgoing = this.#pending.peek();
      if (outgoing?.payload === undefined) return true;
      if (outgoing.over) {
        this.#pending.shift();
        this.#checkIdle();
        continue;
      }
      const { kind, size, meta, bytes } = outgoing.payload;
      const metaBytes = meta === undefined ? 0 : JSON.stringify(meta).length * 3;
      const room = frameBytes - writer.length - RECORD_OVERHEAD_BYTES - metaBytes;
      // A message that fits whole goes whole; the START of another one takes no room for payload.
      const whole = bytes !== undefined && bytes.length + metaBytes + RECORD_OVERHEAD_BYTES <= SHARED_FRAME_BYTES;
      if (writer.length > 0 && room < (whole ? bytes.length : 0)) return false;
      const reservation = Math.min(size ?? INITIAL_WINDOW_BYTES, INITIAL_WINDOW_BYTES);
      if (!this.#options.budgets.reserve(reservation, this.#options.onReady)) return true;
      this.#reservedBytes += reservation;
      this.#reservedCount++;
      this.#pending.shift();
      const id = this.#nextId++;
      outgoing.limit = reservation;
      outgoing.onAbort = (error) => this.#abort(id, error);
      this.#open.set(id, { outgoing, reservation });
      const payload = whole && bytes.length > 0 ? outgoing.take(bytes.length) : new Uint8Array(0);
      const fin = outgoing.drained;
      outgoing.finSent = fin;
      writeRecord(writer, { type: "start", id, kind, fin, size, meta, payload });
      this.#watch();
      if (fin) continue;
      this.#turns.push(id);
      outgoing.fill();
    }
  }

  #takeTurn(writer: ByteWriter, room: number): void {
    const id = this.#turns.shift();
    const outgoing = id === undefined ? undefined : this.#open.get(id)?.outgoing;
    if (id === undefined || outgoing === undefined) return;
    if (this.#hasWork(id)) {
      const payload = outgoing.available > 0 ? outgoing.take(Math.min(room, outgoing.available)) : new Uint8Array(0);
      const fin = outgoing.drained;
      outgoing.finSent = fin;
      writeRecord(writer, { type: "data", id, fin, payload });
      this.#watch();
      if (fin) return;
    }
    this.#turns.push(id);
  }

  #hasWork(id: number): boolean {
    const outgoing = this.#open.get(id)?.outgoing;
    return outgoing !== undefined && (outgoing.available > 0 || outgoing.drained);
  }

  #abort(id: number, error: PeerhoodError): void {
    if (!this.#remove(id)) return;
    this.#aborted.push({ type: "abort", id, reason: error.message });
    this.#options.onReady();
    this.#checkIdle();
  }

  #remove(id: number): boolean {
    this.#turns = this.#turns.filter((each) => each !== id);
    return this.#open.delete(id);
  }

  #checkIdle(): void {
    if (this.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #progressed(): void {
    this.#progressAt = this.#options.clock.now();
  }

  /**
   * Everything is in one queue, so a channel on which anything is acknowledged is not stalled; and a reader that takes
   * its time has everything acknowledged, so it is none either.
   */
  #watch(): void {
    const { clock, stallTimeoutMs, remoteId } = this.#options;
    if (this.#stallTimer !== undefined) return;
    this.#progressed();
    const check = (): void => {
      this.#stallTimer = undefined;
      const waiting = [...this.#open].filter(
        ([, { outgoing }]) => outgoing.finSent || outgoing.sent > outgoing.received,
      );
      if (waiting.length === 0) return;
      const leftMs = this.#progressAt + stallTimeoutMs - clock.now();
      if (leftMs > 0) {
        this.#stallTimer = clock.setTimeout(check, leftMs);
        return;
      }
      for (const [id, { outgoing }] of waiting) {
        const error = new PeerhoodError(
          "TRANSFER_STALLED",
          `Nothing that was sent was acknowledged for ${stallTimeoutMs} ms; the network or the remote is stuck.`,
          { retryable: true, remoteId },
        );
        this.#abort(id, error);
        outgoing.fail(error);
      }
    };
    this.#stallTimer = clock.setTimeout(check, stallTimeoutMs);
  }
}
