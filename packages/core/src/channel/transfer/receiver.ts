import { PeerhoodError } from "../../errors.js";
import type { Clock, TimerHandle } from "../../util/clock.js";
import { Fifo } from "../../util/fifo.js";
import type { RemoteBudgets } from "./budgets.js";
import { REPORT_BYTES, REPORT_MS } from "./constants.js";
import type { FrameRecord } from "./frame.js";
import { Incoming, type IncomingHost } from "./incoming.js";
import { reportIfUnheard } from "./unheard.js";
import { ArrivingData, type IncomingData, type IncomingDataOptions } from "./incoming-data.js";

/** Acknowledged by one record: with the longest ids it is still well below a frame. */
const MAX_ACKNOWLEDGED = 1_024;

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
    if (!incoming.awaited) incoming.discard();
  });
  #nextId = 0;
  /** To be told: arrived ids in ascending runs, offsets, cancellations, freed reservations. */
  #acknowledged: number[] = [];
  readonly #changed = new Set<Incoming>();
  /** Bytes have arrived since the last report, too few for one. */
  readonly #unreported = new Set<Incoming>();
  #reportTimer: TimerHandle | undefined;
  /** Complete and unread when the channel was closed. */
  readonly #kept = new Set<Incoming>();
  #closed = false;
  readonly #cancelled = new Fifo<FrameRecord>();
  #releasedBytes = 0;
  #releasedCount = 0;
  #releaseUntold = false;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#host = {
      budgets: options.budgets,
      onProgress: (incoming) => this.#onProgress(incoming),
      onReleased: (incoming) => {
        if (this.#closed) {
          if (this.#kept.delete(incoming)) options.budgets.drop(incoming.reservation);
          return;
        }
        options.budgets.letGo(incoming.reservation);
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
  start(record: Extract<FrameRecord, { type: "start" }>): void {
    if (record.id !== this.#nextId) throw new RangeError("a transfer out of turn");
    this.#nextId++;
    const incoming = new Incoming(record, this.#host);
    this.#options.budgets.hold(incoming.reservation);
    this.#open.set(record.id, incoming);
    this.deliver(incoming);
    incoming.push(record.payload, record.fin);
  }

  /** A message of an unreliable channel: whole, in any order, nobody is told of it. */
  whole(record: Extract<FrameRecord, { type: "start" }>): void {
    if (record.payload.length > (record.size ?? 0)) throw new RangeError("a message of another size than announced");
    const incoming = new Incoming(record, {
      ...this.#host,
      onProgress: () => {},
      onReleased: () => {},
      onCancel: () => {},
    });
    incoming.limit = Infinity;
    incoming.push(record.payload, true);
    this.deliver(incoming);
  }

  /** A message of a channel with a protocol of the application's. */
  raw(data: string | ArrayBuffer): void {
    const text = typeof data === "string";
    const payload = text ? new TextEncoder().encode(data) : new Uint8Array(data);
    const kind = text ? "string" : "binary";
    const size = payload.length;
    this.whole({ type: "start", id: 0, kind, fin: true, size, meta: undefined, payload });
  }

  /** Tells the application. Data of a message that nobody listens for is taken and dropped. */
  deliver(incoming: Incoming): void {
    const data = new ArrivingData(incoming, this.#options);
    this.#forgotten.register(data, incoming);
    const { size, meta } = incoming;
    if (!this.#options.onMessage({ data, info: meta.info, size })) incoming.discard();
  }

  /** @throws whatever the remote did wrong */
  data({ id, fin, payload }: Extract<FrameRecord, { type: "data" }>): void {
    const incoming = this.#open.get(id);
    // What this side has cancelled may still be on its way.
    if (incoming === undefined) {
      if (id >= this.#nextId) throw new RangeError("bytes of a transfer that never began");
      return;
    }
    incoming.push(payload, fin);
  }

  /** @throws RangeError when there never was such a transfer */
  abort(id: number, reason: string): void {
    const incoming = this.#open.get(id);
    if (id >= this.#nextId) throw new RangeError("a transfer that never began");
    if (incoming === undefined || incoming.complete) return;
    this.#open.delete(id);
    const error = new PeerhoodError("TRANSFER_ABORTED", `The remote gave the transfer up: ${reason}`, {
      remoteId: this.#options.remoteId,
    });
    this.#fail(incoming, error);
  }

  close(error: PeerhoodError): void {
    if (this.#closed) return;
    this.#closed = true;
    const { budgets, clock } = this.#options;
    if (this.#reportTimer !== undefined) clock.clearTimeout(this.#reportTimer);
    this.#unreported.clear();
    this.#changed.clear();
    for (const incoming of this.#open.values()) {
      budgets.letGo(incoming.reservation);
      if (!incoming.complete) this.#fail(incoming, error);
      else if (budgets.keep(incoming.reservation)) this.#kept.add(incoming);
      else incoming.drop(error);
    }
    this.#open.clear();
  }

  /** The next thing that the sender of the other side should know by now. Each is given out once. */
  nextControl(): FrameRecord | undefined {
    const cancelled = this.#cancelled.shift();
    if (cancelled !== undefined) return cancelled;
    if (this.#acknowledged.length > 0) {
      const ranges = toRanges(this.#acknowledged.splice(0, MAX_ACKNOWLEDGED));
      return { type: "ack", ranges };
    }
    for (const incoming of this.#changed) {
      this.#changed.delete(incoming);
      this.#unreported.delete(incoming);
      if (incoming.complete || incoming.error !== undefined) continue;
      const { id, received, limit } = incoming;
      incoming.reportedReceived = received;
      incoming.reportedLimit = limit;
      return { type: "credit", id, received, limit };
    }
    if (!this.#releaseUntold) return undefined;
    this.#releaseUntold = false;
    return { type: "admit", bytes: this.#releasedBytes, count: this.#releasedCount };
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
        this.#acknowledged.push(id);
        this.#options.onControl();
      }
      return;
    }
    const due =
      limit - reportedLimit >= REPORT_BYTES ||
      received - reportedReceived >= REPORT_BYTES ||
      (limit > reportedLimit && received >= reportedLimit);
    if (due) {
      this.#changed.add(incoming);
      this.#options.onControl();
    } else if (received > reportedReceived) {
      this.#unreported.add(incoming);
      this.#reportTimer ??= this.#options.clock.setTimeout(() => this.#reportAll(), REPORT_MS);
    }
  }

  /** However little has arrived, and whoever reads it: the sender must be able to tell a slow link from a dead one. */
  #reportAll(): void {
    this.#reportTimer = undefined;
    for (const incoming of this.#unreported) this.#changed.add(incoming);
    this.#unreported.clear();
    if (this.#changed.size > 0) this.#options.onControl();
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
