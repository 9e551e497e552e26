import { PeerhoodError } from "../../errors.js";
import type { Clock, TimerHandle } from "../../util/clock.js";
import { Fifo } from "../../util/fifo.js";
import type { RemoteBudgets } from "./budgets.js";
import type { ByteWriter } from "./bytes.js";
import { INITIAL_WINDOW_BYTES, ROOM_DELAY_MS, SHARED_FRAME_BYTES, WHOLE_OVERHEAD_BYTES } from "./constants.js";
import {
  RECORD_OVERHEAD_BYTES,
  writeAbort,
  writeData,
  writeMore,
  writeStart,
  writeWhole,
  writeWholeText,
} from "./frame.js";
import { InFlight } from "./in-flight.js";
import type { Outgoing, OutgoingOwner } from "./outgoing.js";
import type { Payload } from "./payload.js";
import { fromReason, toReason, type Reason } from "./reason.js";
import { StallWatch } from "./stall-watch.js";

export interface SenderOptions {
  readonly clock: Clock;
  readonly budgets: RemoteBudgets;
  readonly remoteId: string;
  readonly stallTimeoutMs: number;
  readonly bulkFrameBytes: number;
  readonly maxFrameBytes: number;
  /** There is something to send. */
  readonly onReady: () => void;
  /** What waited for other channels with the remote, or for what is on the way to it, can be sent. */
  readonly onTurn: () => void;
}

const EMPTY = new Uint8Array(0);

/**
 * The outgoing transfers of one channel: which of them goes into the next frame. Messages begin in the order in which
 * they were sent; then short ones go whole and the others take turns.
 */
export class Sender implements OutgoingOwner {
  readonly #options: SenderOptions;
  readonly #stallWatch: StallWatch;
  /** Not begun: for want of room at the remote, or of a turn. */
  readonly #pending = new Fifo<Outgoing>();
  /** Begun and not acknowledged. */
  readonly #inFlight = new InFlight();
  /** Begun and not all sent; the first is next. */
  #turns: Outgoing[] = [];
  readonly #aborted = new Fifo<{ readonly id: number; readonly reason: Reason }>();
  #nextId = 0;
  #reservedBytes = 0;
  #reservedCount = 0;
  #releasedBytes = 0;
  #releasedCount = 0;
  /** Messages wait for room at the remote. */
  #starved = false;
  #roomTimer: TimerHandle | undefined;
  #idle: (() => void)[] = [];
  #closed: PeerhoodError | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#stallWatch = new StallWatch({
      ...options,
      unacknowledged: () => this.#inFlight.all().filter(({ unacknowledged }) => unacknowledged),
      onStall: (outgoing, error) => {
        outgoing.fail(error);
        this.aborted(outgoing, error);
      },
    });
  }

  get size(): number {
    return this.#inFlight.size + this.#pending.length;
  }

  add(outgoing: Outgoing): void {
    if (outgoing.over) return;
    if (this.#closed !== undefined) return outgoing.fail(this.#closed);
    this.#pending.push(outgoing);
    outgoing.owner = this;
    this.#options.onReady();
  }

  ready(): void {
    this.#options.onReady();
  }

  aborted(outgoing: Outgoing, error: PeerhoodError): void {
    // One that has not begun is skipped when its turn comes, and the remote never hears of it.
    if (outgoing.wireId >= 0) {
      this.#lost(outgoing);
      this.#ended(outgoing);
      this.#aborted.push({ id: outgoing.wireId, reason: toReason(error) });
    }
    this.#options.onReady();
    this.#checkIdle();
  }

  /** Resolves when nothing is left to send or to be acknowledged. */
  whenIdle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** What the remote must hear before any data, up to `limit` bytes of the frame. Returns whether there is more. */
  writeControl(writer: ByteWriter, limit: number): boolean {
    for (;;) {
      if (writer.length >= limit) return this.#aborted.length > 0;
      const aborted = this.#aborted.shift();
      if (aborted === undefined) return false;
      writeAbort(writer, aborted.id, aborted.reason);
    }
  }

  /** Something is not all sent; it may wait for its source, for credit or for room. */
  get hasMore(): boolean {
    return this.#pending.length > 0 || this.#turns.length > 0;
  }

  /** Fills a frame of at most `paceBytes`. Returns whether there is more for another one. */
  fill(writer: ByteWriter, paceBytes: number): boolean {
    const { bulkFrameBytes, maxFrameBytes, clock, budgets } = this.#options;
    const { pace } = budgets;
    // RFC 8831, section 6.6, for all channels of the association.
    const alone = budgets.turns === 0 || (this.#pending.length === 0 && budgets.turns === 1);
    const frameBytes = Math.min(alone ? bulkFrameBytes : SHARED_FRAME_BYTES, maxFrameBytes, paceBytes, pace.frameBytes);
    const now = clock.now();
    if (!this.#beginPending(writer, frameBytes, now)) {
      // Only what is sure to follow is promised.
      if (budgets.roomy) writeMore(writer);
      return true;
    }
    if (!this.#turns.some(hasWork) || !pace.admits(this.#options.onTurn)) return false;
    for (let tries = this.#turns.length; tries > 0; tries--) {
      const room = frameBytes - writer.length - RECORD_OVERHEAD_BYTES;
      if (room <= 0) return true;
      this.#takeTurn(writer, room, now);
    }
    return this.#turns.some(hasWork);
  }

  /** @throws RangeError when the remote acknowledges what was never sent, or not to its end */
  ackBelow(id: number): void {
    this.#progressed();
    if (id > this.#nextId) throw new RangeError("an acknowledgement of what was never sent");
    for (;;) {
      const outgoing = this.#inFlight.firstBelow(id);
      if (outgoing === undefined) return this.#checkIdle();
      this.#succeeded(outgoing);
    }
  }

  /** @throws RangeError as `ackBelow` */
  ackRange(first: number, end: number): void {
    if (end > this.#nextId) throw new RangeError("an acknowledgement of what was never sent");
    for (const outgoing of this.#inFlight.between(first, end)) this.#succeeded(outgoing);
    this.#checkIdle();
  }

  /** @throws RangeError when the remote has received what was never sent */
  credit(id: number, received: number, limit: number): void {
    this.#checkBegan(id);
    this.#progressed();
    const outgoing = this.#inFlight.find(id);
    if (outgoing === undefined) return;
    const { supply } = outgoing;
    if (supply === undefined || received > supply.sent) throw new RangeError("more has arrived than was sent");
    if (received > supply.received) {
      const { pace } = this.#options.budgets;
      pace.told(outgoing, received, received - supply.received, this.#options.clock.now());
    }
    outgoing.acknowledge(received);
    supply.limit = Math.max(supply.limit, limit);
    this.#options.onReady();
  }

  /** @throws RangeError when there never was such a transfer */
  cancelled(id: number, reason: Reason): void {
    this.#checkBegan(id);
    const outgoing = this.#inFlight.find(id);
    if (outgoing === undefined) return;
    const { remoteId } = this.#options;
    outgoing.fail(fromReason("TRANSFER_CANCELLED", "The remote does not want the rest", reason, remoteId));
    this.#lost(outgoing);
    this.#ended(outgoing);
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
    const { budgets, onTurn } = this.#options;
    budgets.forget(this.#onRoom);
    budgets.pace.forget(onTurn);
    this.#resume();
    this.#stallWatch.stop();
    const begun = this.#inFlight.all();
    this.#options.budgets.turns -= this.#turns.length;
    this.#turns = [];
    this.#options.budgets.release(this.#reservedBytes - this.#releasedBytes, this.#reservedCount - this.#releasedCount);
    this.#releasedBytes = this.#reservedBytes;
    this.#releasedCount = this.#reservedCount;
    for (const outgoing of begun) {
      this.#lost(outgoing);
      outgoing.fail(error);
      this.#inFlight.ended();
    }
    for (const outgoing of this.#pending.clear()) outgoing.fail(error);
    this.#checkIdle();
    budgets.pace.serve();
  }

  /** Returns `false` when the frame is full and more could begin. */
  #beginPending(writer: ByteWriter, frameBytes: number, now: number): boolean {
    if (this.#starved) return true;
    for (;;) {
      const outgoing = this.#pending.peek();
      if (outgoing === undefined) return true;
      const { payload } = outgoing;
      if (payload === undefined) {
        // It is over.
        this.#pending.shift();
        this.#checkIdle();
        continue;
      }
      const metaBytes = payload.meta?.length ?? 0;
      const headBytes = RECORD_OVERHEAD_BYTES + metaBytes;
      const { maxFrameBytes } = this.#options;
      if (headBytes > maxFrameBytes) {
        this.#pending.shift();
        outgoing.fail(infoTooLarge(headBytes, maxFrameBytes));
        continue;
      }
      // A message that fits whole goes whole; the START of another one takes no room for payload.
      const largest = payload.text === undefined ? payload.bytes?.length : payload.text.length * 3;
      const whole = largest !== undefined && headBytes + largest <= frameBytes;
      if (writer.length > 0 && frameBytes - writer.length < headBytes + (whole ? largest : 0)) return false;
      const windowBytes = whole ? largest : Math.min(payload.size ?? INITIAL_WINDOW_BYTES, INITIAL_WINDOW_BYTES);
      if (whole && !this.#options.budgets.pace.admitsWhole(this.#options.onTurn)) return true;
      const count = whole ? 0 : 1;
      const besideBytes = metaBytes + (whole ? WHOLE_OVERHEAD_BYTES : 0);
      if (!this.#options.budgets.reserve(windowBytes + besideBytes, count, this.#onRoom)) {
        this.#starved = true;
        return true;
      }
      this.#pending.shift();
      outgoing.wireId = this.#nextId++;
      outgoing.waitsSince = now;
      this.#inFlight.push(outgoing);
      let reserved = windowBytes;
      if (!whole) this.#begin(writer, outgoing, payload, windowBytes);
      else {
        reserved = this.#sendWhole(writer, outgoing, payload);
        this.#options.budgets.pace.sentWhole(outgoing, reserved, now);
      }
      this.#options.budgets.giveBack(windowBytes - reserved);
      this.#reservedBytes += reserved + besideBytes;
      this.#reservedCount += count;
      this.#stallWatch.start();
    }
  }

  /** A little room: more of it may come in a moment. */
  readonly #onRoom = (): void => {
    const { budgets, clock, onReady } = this.#options;
    const resume = (): void => {
      this.#resume();
      onReady();
    };
    if (budgets.roomy) return resume();
    this.#roomTimer ??= clock.setTimeout(resume, ROOM_DELAY_MS);
    budgets.whenFreed(this.#onRoom);
  };

  #resume(): void {
    if (this.#roomTimer !== undefined) this.#options.clock.clearTimeout(this.#roomTimer);
    this.#roomTimer = undefined;
    this.#starved = false;
    this.#options.budgets.forget(this.#onRoom);
  }

  #begin(writer: ByteWriter, outgoing: Outgoing, { kind, meta }: Payload, windowBytes: number): void {
    const supply = outgoing.begin(windowBytes);
    writeStart(writer, { id: outgoing.wireId, kind, size: outgoing.size, meta }, EMPTY);
    this.#turns.push(outgoing);
    this.#options.budgets.turns++;
    supply.fill();
  }

  /** Returns how many bytes that were. */
  #sendWhole(writer: ByteWriter, outgoing: Outgoing, payload: Payload): number {
    const { kind, meta, text } = payload;
    const id = outgoing.wireId;
    outgoing.finSent = true;
    if (text !== undefined) return (outgoing.size = writeWholeText(writer, id, kind, meta, text));
    const bytes = payload.bytes ?? EMPTY;
    writeWhole(writer, { id, kind, meta }, bytes);
    return (outgoing.size = bytes.length);
  }

  #takeTurn(writer: ByteWriter, room: number, now: number): void {
    const outgoing = this.#turns.shift();
    if (outgoing?.supply === undefined) return;
    const { supply } = outgoing;
    if (hasWork(outgoing)) {
      if (!outgoing.unacknowledged) outgoing.waitsSince = now;
      const payload = supply.available > 0 ? supply.take(Math.min(room, supply.available)) : EMPTY;
      outgoing.finSent = supply.drained;
      const tell = this.#options.budgets.pace.sent(outgoing, supply.sent, payload.length, now);
      writeData(writer, outgoing.wireId, outgoing.finSent, tell, payload);
      this.#stallWatch.start();
      if (outgoing.finSent) {
        this.#options.budgets.turns--;
        return;
      }
    }
    this.#turns.push(outgoing);
  }

  #succeeded(outgoing: Outgoing): void {
    if (!outgoing.finSent) throw new RangeError("an acknowledgement of what was not sent to its end");
    const { budgets, clock, onReady } = this.#options;
    const { supply, size = 0 } = outgoing;
    if (supply === undefined) budgets.pace.toldWhole(outgoing, size, clock.now());
    else budgets.pace.told(outgoing, supply.sent, supply.sent - supply.received, clock.now());
    if (this.hasMore || budgets.pace.awaited) onReady();
    outgoing.succeed();
    this.#ended(outgoing);
  }

  /** It ends before the remote has told of all that was sent of it. */
  #lost(outgoing: Outgoing): void {
    const { pace } = this.#options.budgets;
    const { supply, size = 0, finSent } = outgoing;
    if (supply !== undefined) pace.lost(outgoing, supply.sent - supply.received);
    else if (finSent) pace.lostWhole(outgoing, size);
    if (pace.awaited) this.#options.onReady();
  }

  #checkBegan(id: number): void {
    if (id >= this.#nextId) throw new RangeError("a transfer that never began");
  }

  /** It is over, after it had begun. */
  #ended(outgoing: Outgoing): void {
    const turn = outgoing.supply === undefined ? -1 : this.#turns.indexOf(outgoing);
    if (turn >= 0) {
      this.#turns.splice(turn, 1);
      this.#options.budgets.turns--;
    }
    this.#inFlight.ended();
  }

  #checkIdle(): void {
    if (this.#idle.length === 0 || this.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #progressed(): void {
    this.#options.budgets.progressAt = this.#options.clock.now();
  }
}

function hasWork({ supply }: Outgoing): boolean {
  return supply !== undefined && (supply.available > 0 || supply.drained);
}

function infoTooLarge(bytes: number, maxBytes: number): PeerhoodError {
  return new PeerhoodError(
    "INVALID_ARGUMENT",
    `info needs a frame of ${bytes} bytes, and this remote takes ${maxBytes}. Send what is larger as a message.`,
  );
}
