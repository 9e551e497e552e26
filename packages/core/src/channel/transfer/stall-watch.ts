import { PeerhoodError } from "../../errors.js";
import type { Clock, TimerHandle } from "../../util/clock.js";
import type { RemoteBudgets } from "./budgets.js";
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
 * of them. What a reader who takes its time has not read is acknowledged all the same, so that is no stall either.
 */
export class StallWatch {
  readonly #options: StallWatchOptions;
  #timer: TimerHandle | undefined;

  constructor(options: StallWatchOptions) {
    this.#options = options;
  }

  /** Something was sent. */
  start(): void {
    const { clock, stallTimeoutMs } = this.#options;
    this.#timer ??= clock.setTimeout(() => this.#check(), stallTimeoutMs);
  }

  /** Nothing is under way. */
  stop(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #check(): void {
    const { clock, stallTimeoutMs, budgets, remoteId, unacknowledged, onStall } = this.#options;
    this.#timer = undefined;
    let leftMs = Infinity;
    const stalled: Outgoing[] = [];
    for (const outgoing of unacknowledged()) {
      const ownMs = Math.max(budgets.progressAt, outgoing.waitsSince) + stallTimeoutMs - clock.now();
      if (ownMs > 0) leftMs = Math.min(leftMs, ownMs);
      else stalled.push(outgoing);
    }
    if (leftMs < Infinity) this.#timer = clock.setTimeout(() => this.#check(), leftMs);
    for (const outgoing of stalled) {
      const what = `Nothing that was sent was acknowledged for ${stallTimeoutMs} ms; the network or the remote is stuck.`;
      onStall(outgoing, new PeerhoodError("TRANSFER_STALLED", what, { retryable: true, remoteId }));
    }
  }
}
