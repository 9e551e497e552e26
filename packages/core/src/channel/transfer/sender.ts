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
  readonly #aborted = new Fifo<FrameRecord>();
  #nextId = 0;
  #reservedBytes = 0;
  #reservedCount = 0;
  #releasedBytes = 0;
  #releasedCount = 0;
  #stallTimer: TimerHandle | undefined;
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

  /** The next thing that the remote must hear before any data. */
  nextControl(): FrameRecord | undefined {
    return this.#aborted.shift();
  }

  /** Fills a frame. Returns whether there is more for another one. */
  fill(writer: ByteWriter): boolean {
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
      if (first < end) throw new RangeError("an acknowledgement whose ranges overlap");
      end = first + count;
      if (end > this.#nextId) throw new RangeError("an acknowledgement of what was never sent");
      // A hostile range is as long as it likes; no more is looked at than is open.
      if (count > this.#open.size)
        for (const id of this.#open.keys()) {
          if (id >= first && id < first + count) this.#succeeded(id);
        }
      else for (let id = first; id < first + count; id++) this.#succeeded(id);
    }
    this.#checkIdle();
  }

  /** @throws RangeError when the remote has received what was never sent */
  credit(id: number, received: number, limit: number): void {
    this.#checkBegan(id);
    this.#progressed();
    const outgoing = this.#open.get(id)?.outgoing;
    if (outgoing === undefined) return;
    if (received > outgoing.sent) throw new RangeError("more has arrived than was sent");
    outgoing.acknowledge(received);
    outgoing.limit = Math.max(outgoing.limit, limit);
    this.#options.onReady();
  }

  /** @throws RangeError when there never was such a transfer */
  cancelled(id: number, reason: string): void {
    this.#checkBegan(id);
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
    this.#aborted.clear();
    this.#options.budgets.forget(this.#options.onReady);
    this.#stopWatching();
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
      const headBytes = RECORD_OVERHEAD_BYTES + (meta?.length ?? 0);
      const { maxFrameBytes } = this.#options;
      if (headBytes > maxFrameBytes) {
        this.#pending.shift();
        outgoing.fail(infoTooLarge(headBytes, maxFrameBytes));
        continue;
      }
      // A message that fits whole goes whole; the START of another one takes no room for payload.
      const whole = bytes !== undefined && headBytes + bytes.length <= Math.max(SHARED_FRAME_BYTES, frameBytes);
      if (writer.length > 0 && frameBytes - writer.length < headBytes + (whole ? bytes.length : 0)) return false;
      const windowBytes = Math.min(size ?? INITIAL_WINDOW_BYTES, INITIAL_WINDOW_BYTES);
      const reservation = windowBytes + (meta?.length ?? 0);
      if (!this.#options.budgets.reserve(reservation, this.#options.onReady)) return true;
      this.#reservedBytes += reservation;
      this.#reservedCount++;
      this.#pending.shift();
      const id = this.#nextId++;
      outgoing.limit = windowBytes;
      outgoing.onAbort = (error) => this.#abort(id, error);
      this.#open.set(id, { outgoing, reservation });
      outgoing.waitsSince = this.#options.clock.now();
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
      if (!outgoing.unacknowledged) outgoing.waitsSince = this.#options.clock.now();
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

  #succeeded(id: number): void {
    const outgoing = this.#open.get(id)?.outgoing;
    if (outgoing === undefined) return;
    if (!outgoing.finSent) throw new RangeError("an acknowledgement of what was not sent to its end");
    this.#remove(id);
    outgoing.succeed();
  }

  #checkBegan(id: number): void {
    if (id >= this.#nextId) throw new RangeError("a transfer that never began");
  }

  #abort(id: number, error: PeerhoodError): void {
    if (!this.#remove(id)) return;
    this.#aborted.push({ type: "abort", id, reason: error.message });
    this.#options.onReady();
    this.#checkIdle();
  }

  #remove(id: number): boolean {
    this.#turns = this.#turns.filter((each) => each !== id);
    const removed = this.#open.delete(id);
    if (this.#open.size === 0) this.#stopWatching();
    return removed;
  }

  #checkIdle(): void {
    if (this.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #progressed(): void {
    this.#options.budgets.progressAt = this.#options.clock.now();
  }

  #stopWatching(): void {
    if (this.#stallTimer !== undefined) this.#options.clock.clearTimeout(this.#stallTimer);
    this.#stallTimer = undefined;
  }

  /**
   * All channels with a remote share one queue in the network, so none is stalled while anything is acknowledged on any
   * of them. What a reader who takes its time has not read is acknowledged all the same, so that is no stall either.
   */
  #watch(): void {
    const { clock, stallTimeoutMs, remoteId, budgets } = this.#options;
    if (this.#stallTimer !== undefined) return;
    const check = (): void => {
      this.#stallTimer = undefined;
      let leftMs = Infinity;
      const stalled: [number, Outgoing][] = [];
      for (const [id, { outgoing }] of this.#open) {
        if (!outgoing.unacknowledged) continue;
        const ownMs = Math.max(budgets.progressAt, outgoing.waitsSince) + stallTimeoutMs - clock.now();
        if (ownMs > 0) leftMs = Math.min(leftMs, ownMs);
        else stalled.push([id, outgoing]);
      }
      if (leftMs < Infinity) this.#stallTimer = clock.setTimeout(check, leftMs);
      for (const [id, outgoing] of stalled) {
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

function infoTooLarge(bytes: number, maxBytes: number): PeerhoodError {
  return new PeerhoodError(
    "INVALID_ARGUMENT",
    `info needs a frame of ${bytes} bytes, and this remote takes ${maxBytes}. Send what is larger as a message.`,
  );
}
