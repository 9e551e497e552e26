import type { RemoteState } from "../events.js";
import type { Clock } from "../util/clock.js";
import { MAX_SIGNALS, MAX_STATES } from "./constants.js";
import { Ring } from "./ring.js";
import { describeSignal, type Signal } from "./describe-signal.js";
import type { SnapshotSignal, SnapshotState } from "./snapshot.js";

/** What is remembered of one remote, for whoever asks later: the states it was in, and the signals with it. */
export class PairRecord {
  readonly #clock: Clock;
  readonly #states = new Ring<SnapshotState>(MAX_STATES);
  readonly #signals = new Ring<SnapshotSignal>(MAX_SIGNALS);

  constructor(clock: Clock) {
    this.#clock = clock;
    this.entered("new");
  }

  get states(): SnapshotState[] {
    return this.#states.toArray();
  }

  get signals(): SnapshotSignal[] {
    return this.#signals.toArray();
  }

  entered(state: RemoteState, detail?: string): void {
    this.#states.add({ at: this.#clock.now(), state, ...(detail !== undefined && { detail }) });
  }

  /**
   * A message between the two sessions; what is said all the time, or about channels, is no signal and left out.
   * @param epoch of the connection that it came over
   */
  signal(direction: SnapshotSignal["direction"], via: SnapshotSignal["via"], message: Signal, epoch?: number): void {
    const described = describeSignal(message, epoch);
    if (described !== undefined) this.#signals.add({ at: this.#clock.now(), direction, via, ...described });
  }
}
