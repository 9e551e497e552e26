import { PeerhoodError } from "../../errors.js";
import type { Clock, TimerHandle } from "../../util/clock.js";
import type { RemoteBudgets } from "./budgets.js";
import { ADMISSION_BYTES, ADMISSION_COUNT, REPORT_BYTES, REPORT_MS } from "./constants.js";
import type { FrameRecord } from "./frame.js";
import { Incoming, type IncomingHost } from "./incoming.js";
import { ArrivingData, type IncomingData, type IncomingDataOptions } from "./incoming-data.js";

export interface IncomingMessage {
  readonly data: IncomingData;
  readonly info: unknown;
  readonly size: number | undefined;
}

export interface ReceiverOptions extends IncomingDataOptions {
  readonly clock: Clock;
  readonly budgets: RemoteBudgets;
  /** `false`: nobody listens. */
  readonly onMessage: (message: IncomingMessage) => boolean;
  /** There are control records to send. */
  readonly onControl: () => void;
}

/** The incoming transfers of one channel. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #host: IncomingHost;
  readonly #open = new Map<number, Incoming>();
  /** Data that is collected as garbage unread must not hold its reservation for ever. */
  readonly #forgotten = new FinalizationRegistry<Incoming>((incoming) => {
    if (!incoming.touched) incoming.discard();
  });
  #nextId = 0;
  /** To be told: arrived ids in ascending runs, offsets, cancellations, freed reservations. */
  #acknowledged: number[] = [];
  readonly #changed = new Set<Incoming>();
  readonly #untold = new Set<Incoming>();
  #untoldTimer: TimerHandle | undefined;
  #cancelled: FrameRecord[] = [];
  #startedBytes = 0;
  #releasedBytes = 0;
  #releasedCount = 0;
  #releaseUntold = false;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#host = {
      budgets: options.budgets,
      onProgress: (incoming) => this.#onProgress(incoming),
      onReleased: (incoming) => {
        this.#releasedBytes += incoming.reservation;
        this.#releasedCount++;
        this.#releaseUntold = true;
        if (incoming.complete || incoming.error !== undefined) this.#open.delete(incoming.id);
        options.onControl();
      },
      onCancel: (incoming, reason) => {
        this.#open.delete(incoming.id);
        this.#cancelled.push({ type: "cancel", id: incoming.id, reason });
        options.onControl();
      },
    };
  }

  /** Transfers that are not over. */
  get size(): number {
    return this.#open.size;
  }

  /** @throws whatever the remote did wrong */
  start(record: Extract<FrameRecord, { type: "start" }>, frameBytes: number): void {
    if (record.id !== this.#nextId) throw new RangeError("a transfer out of turn");
    this.#nextId++;
    const incoming = new Incoming(record, this.#host);
    this.#startedBytes += incoming.reservation;
    // Twice: what this side has freed may not have reached the sender's other channels yet.
    if (
      this.#startedBytes - this.#releasedBytes > 2 * ADMISSION_BYTES ||
      this.#nextId - this.#releasedCount > 2 * ADMISSION_COUNT
    ) {
      throw new RangeError("more transfers than were admitted");
    }
    this.#open.set(record.id, incoming);
    this.deliver(incoming);
    incoming.push(record.payload, record.fin, frameBytes);
  }

  /** A message of an unreliable channel: whole, in any order, nobody is told of it. */
  whole(record: Extract<FrameRecord, { type: "start" }>, frameBytes: number): void {
    if (record.payload.length > (record.size ?? 0)) throw new RangeError("a message of another size than announced");
    const incoming = new Incoming(record, {
      ...this.#host,
      onProgress: () => {},
      onReleased: () => {},
      onCancel: () => {},
    });
    incoming.limit = Infinity;
    incoming.push(record.payload, true, frameBytes);
    this.deliver(incoming);
  }

  /** A message of a channel with a protocol of the application's. */
  raw(data: string | ArrayBuffer): void {
    const text = typeof data === "string";
    const payload = text ? new TextEncoder().encode(data) : new Uint8Array(data);
    const kind = text ? "string" : "binary";
    const size = payload.length;
    this.whole({ type: "start", id: 0, kind, fin: true, size, meta: undefined, payload }, size);
  }

  /** Tells the application. Data of a message that nobody listens for is taken and dropped. */
  deliver(incoming: Incoming): void {
    const data = new ArrivingData(incoming, this.#options);
    this.#forgotten.register(data, incoming);
    const { size, meta } = incoming;
    if (!this.#options.onMessage({ data, info: meta.info, size })) incoming.discard();
  }

  /** @throws whatever the remote did wrong */
  data({ id, fin, payload }: Extract<FrameRecord, { type: "data" }>, frameBytes: number): void {
    const incoming = this.#open.get(id);
    // What this side has cancelled may still be on its way.
    if (incoming === undefined) {
      if (id >= this.#nextId) throw new RangeError("bytes of a transfer that never began");
      return;
    }
    incoming.push(payload, fin, frameBytes);
  }

  abort(id: number, reason: string): void {
    const incoming = this.#open.get(id);
    if (incoming === undefined || incoming.complete) return;
    this.#open.delete(id);
    const error = new PeerhoodError("TRANSFER_ABORTED", `The remote gave the transfer up: ${reason}`, {
      remoteId: this.#options.remoteId,
    });
    incoming.fail(error);
    if (!incoming.touched) this.#options.onUnhandled(error);
  }

  close(error: PeerhoodError): void {
    if (this.#untoldTimer !== undefined) this.#options.clock.clearTimeout(this.#untoldTimer);
    this.#untoldTimer = undefined;
    for (const incoming of this.#open.values()) {
      const unread = !incoming.complete;
      incoming.fail(error);
      if (unread && !incoming.touched) this.#options.onUnhandled(error);
    }
    this.#open.clear();
  }

  /** What the sender of the other side should know by now. Each thing is given out once. */
  takeControl(): FrameRecord[] {
    const records: FrameRecord[] = this.#cancelled;
    this.#cancelled = [];
    if (this.#acknowledged.length > 0) records.push({ type: "ack", ranges: toRanges(this.#acknowledged) });
    this.#acknowledged = [];
    const now = this.#options.clock.now();
    for (const incoming of this.#changed) {
      const { id, received, limit } = incoming;
      incoming.reportedReceived = received;
      incoming.reportedLimit = limit;
      incoming.reportedAt = now;
      if (!incoming.complete && incoming.error === undefined) records.push({ type: "credit", id, received, limit });
    }
    this.#changed.clear();
    if (this.#releaseUntold) {
      this.#releaseUntold = false;
      records.push({ type: "admit", bytes: this.#releasedBytes, count: this.#releasedCount });
    }
    return records;
  }

  #onProgress(incoming: Incoming): void {
    const { id, received, limit, reportedReceived, reportedLimit, reportedAt } = incoming;
    if (incoming.complete) {
      // Once, with the last bytes: reading them later changes nothing for the sender.
      if (reportedReceived !== Infinity) {
        incoming.reportedReceived = Infinity;
        this.#changed.delete(incoming);
        this.#acknowledged.push(id);
        this.#options.onControl();
      }
      return;
    }
    const due =
      limit - reportedLimit >= REPORT_BYTES ||
      received - reportedReceived >= REPORT_BYTES ||
      (received > reportedReceived && this.#options.clock.now() - reportedAt >= REPORT_MS) ||
      (limit > reportedLimit && received >= reportedLimit);
    if (due) this.#tell(incoming);
    else if (received > reportedReceived) this.#tellLater(incoming);
  }

  #tell(incoming: Incoming): void {
    if (this.#changed.has(incoming)) return;
    this.#changed.add(incoming);
    this.#options.onControl();
  }

  /** The last bytes before a pause: untold, the sender would take them for lost. */
  #tellLater(incoming: Incoming): void {
    this.#untold.add(incoming);
    this.#untoldTimer ??= this.#options.clock.setTimeout(() => {
      this.#untoldTimer = undefined;
      for (const each of this.#untold) {
        if (!each.complete && each.error === undefined && each.received > each.reportedReceived) this.#tell(each);
      }
      this.#untold.clear();
    }, REPORT_MS);
  }
}

/** Runs of consecutive ids. */
function toRanges(ids: number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const id of ids.sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[0] + last[1] === id) last[1]++;
    else ranges.push([id, 1]);
  }
  return ranges;
}
