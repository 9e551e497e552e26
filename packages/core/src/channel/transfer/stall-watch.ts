import { PeerhoodError } from "../../errors.js";
import type { Clock, TimerHandle } from "../../util/clock.js";
import type { RemoteBudgets } from "./budgets.js";
import { STALL_STEPS } from "./constants.js";
import type { Outgoing } from "./outgoing.js";

export interface StallWatchOptions {
  readonly clock: Clock;
  readonly budgets: RemoteBudgets;
  readonly remoteId: string;
  readonly stallTimeoutMs: number;
  /** Transfers for which the remote owes an answer. */
  readonly unacknowledged: () => Outgoing[];
  readonly onStall: (outgoing: Outgoing, error: PeerhoodError) => void;
}

/**
 * All channels with a remote share one queue in the network, so none is stalled while anything is acknowledged on any
 * of them. What a reader who takes its time has not read is acknowledged all the same, so that is no stall either. Nor is
 * time in which this side was asleep and could hear nothing: a timer that comes late tells of it, and all have their whole
 * time again.
 */
export class StallWatch {
  readonly #options: StallWatchOptions;
  #timer: TimerHandle | undefined;
  #dueAt = 0;
  #awakeSince = -Infinity;

  constructor(options: StallWatchOptions) {
    this.#options = options;
  }

  /** Something was sent. A timer that finds nothing under way is the last one: to set one for each message costs more. */
  start(): void {
    if (this.#timer === undefined) this.#checkIn(this.#options.stallTimeoutMs);
  }

  /** The channel is closed. */
  stop(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #stepMs(): number {
    return this.#options.stallTimeoutMs / STALL_STEPS;
  }

  #checkIn(ms: number): void {
    const { clock } = this.#options;
    const inMs = Math.min(ms, this.#stepMs);
    this.#dueAt = clock.now() + inMs;
    this.#timer = clock.setTimeout(() => this.#check(), inMs);
  }

  #check(): void {
    const { clock, stallTimeoutMs, budgets, remoteId, unacknowledged, onStall } = this.#options;
    this.#timer = undefined;
    const now = clock.now();
    if (now - this.#dueAt > this.#stepMs) this.#awakeSince = now;
    let leftMs = Infinity;
    const stalled: Outgoing[] = [];
    for (const outgoing of unacknowledged()) {
      const ownMs = Math.max(budgets.progressAt, outgoing.waitsSince, this.#awakeSince) + stallTimeoutMs - now;
      if (ownMs > 0) leftMs = Math.min(leftMs, ownMs);
      else stalled.push(outgoing);
    }
    if (leftMs < Infinity) this.#checkIn(leftMs);
    for (const outgoing of stalled) {
      const what = `Nothing that was sent was acknowledged for ${stallTimeoutMs} ms; the network or the remote is stuck.`;
      onStall(outgoing, new PeerhoodError("TRANSFER_STALLED", what, { retryable: true, remoteId }));
    }
  }
}
