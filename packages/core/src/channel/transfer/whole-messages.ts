import type { PeerhoodError } from "../../errors.js";
import type { RemoteBudgets } from "./budgets.js";
import type { Kind, Meta } from "./frame.js";
import type { IncomingDataOptions, IncomingMessage } from "./incoming-data.js";
import { WholeData, type Shelf, type Unread } from "./whole-data.js";

export interface WholeMessagesOptions extends IncomingDataOptions {
  readonly budgets: RemoteBudgets;
  /** `false`: nobody listens. */
  readonly onMessage: (message: IncomingMessage) => boolean;
  /** A reservation is free again, while the channel is open. */
  readonly onReleased: (bytes: number) => void;
  /** A listener did not want it, before it was acknowledged. */
  readonly onCancel: (id: number, error: PeerhoodError) => void;
}

/**
 * The messages of one channel that came in one piece. One that is taken in the turn in which it came is never in any
 * table; the others are kept here, so that memory is bounded and garbage frees its room.
 */
export class WholeMessages implements Shelf {
  readonly label: string;
  readonly remoteId: string;
  readonly maxMessageBytes: number;
  readonly onUnhandled: (error: PeerhoodError) => void;
  readonly #options: WholeMessagesOptions;
  /** Delivered in this turn. */
  #fresh: WholeData[] = [];
  readonly #unread = new Set<Unread>();
  /** Unread when the channel was closed. */
  readonly #kept = new Set<Unread>();
  readonly #forgotten = new FinalizationRegistry<Unread>((unread) => this.#forget(unread));
  #arriving: WholeData | undefined;
  #arrivingId = 0;
  #closed = false;

  constructor(options: WholeMessagesOptions) {
    this.#options = options;
    this.label = options.label;
    this.remoteId = options.remoteId;
    this.maxMessageBytes = options.maxMessageBytes;
    this.onUnhandled = options.onUnhandled;
  }

  get size(): number {
    return this.#unread.size + this.#fresh.filter(({ taken }) => !taken).length;
  }

  deliver(
    id: number,
    kind: Kind,
    meta: Meta,
    frame: Uint8Array,
    from: number,
    size: number,
    reservation: number,
  ): void {
    const data = new WholeData(this, kind, meta, frame, from, size, reservation);
    this.#fresh.push(data);
    this.#arriving = data;
    this.#arrivingId = id;
    if (!this.#options.onMessage({ data, info: meta.info, size })) data.discard();
    this.#arriving = undefined;
  }

  /** One that nobody counts, and that is its whole frame. */
  pass(kind: Kind, meta: Meta, payload: Uint8Array): void {
    const { label, remoteId, maxMessageBytes, onUnhandled } = this.#options;
    const shelf = { label, remoteId, maxMessageBytes, onUnhandled, taken: () => {}, cancelled: () => {} };
    const data = new WholeData(shelf, kind, meta, payload, 0, payload.length, 0);
    if (!this.#options.onMessage({ data, info: meta.info, size: payload.length })) data.discard();
  }

  settle(): void {
    if (this.#fresh.length === 0) return;
    for (const data of this.#fresh) {
      const unread = data.putOnShelf();
      if (unread === undefined) continue;
      this.#unread.add(unread);
      this.#forgotten.register(data, unread);
    }
    this.#fresh = [];
  }

  close(error: PeerhoodError): void {
    this.settle();
    this.#closed = true;
    const { budgets } = this.#options;
    for (const unread of this.#unread) {
      budgets.letGo(unread.reservation, 0);
      if (budgets.keep(unread.reservation, 0)) this.#kept.add(unread);
      else {
        unread.error = error;
        unread.bytes = undefined;
      }
    }
    this.#unread.clear();
  }

  taken(reservation: number, unread: Unread | undefined): void {
    if (this.#closed) {
      if (unread !== undefined && this.#kept.delete(unread)) this.#options.budgets.drop(reservation, 0);
      return;
    }
    if (unread !== undefined) this.#unread.delete(unread);
    this.#options.onReleased(reservation);
  }

  cancelled(data: WholeData, error: PeerhoodError): void {
    if (this.#arriving === data) this.#options.onCancel(this.#arrivingId, error);
  }

  #forget(unread: Unread): void {
    if (this.#unread.has(unread) || this.#kept.has(unread)) this.taken(unread.reservation, unread);
  }
}
