import type { Clock, TimerHandle } from "../util/clock.js";
import { QUALITY_INTERVAL_MS } from "./constants.js";
import { QualityJudge, type Quality, type QualityLevel, type QualitySample } from "./quality-level.js";

export interface QualityMonitorOptions {
  readonly clock: Clock;
  /** Whether anybody wants to know: nothing is measured otherwise. */
  readonly wanted: () => boolean;
  readonly measure: () => Promise<QualitySample | undefined>;
  /** The level is known, or another than before. */
  readonly onChange: (quality: Quality) => void;
}

/** Measures one remote's connection while it is up, and tells its level when it changes. */
export class QualityMonitor {
  readonly #options: QualityMonitorOptions;
  #judge = new QualityJudge();
  #level: QualityLevel | undefined;
  #timer: TimerHandle | undefined;
  /** Of the connection that is measured; what another has measured late is dropped. */
  #run = 0;

  constructor(options: QualityMonitorOptions) {
    this.#options = options;
  }

  /** A connection is up. */
  start(): void {
    this.stop();
    this.#judge = new QualityJudge();
    this.#wait();
  }

  /** It is not any more. Idempotent. */
  stop(): void {
    this.#run++;
    this.#options.clock.clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = this.#options.clock.setTimeout(() => void this.#measure(), QUALITY_INTERVAL_MS);
  }

  async #measure(): Promise<void> {
    const { wanted, measure, onChange } = this.#options;
    const run = this.#run;
    // Who begins to listen later is told what it is then, even if it was that before.
    if (!wanted()) this.#level = undefined;
    else {
      const sample = await measure().catch(() => undefined);
      if (run !== this.#run) return;
      const quality = sample && this.#judge.add(sample);
      if (quality !== undefined && quality.level !== this.#level) {
        this.#level = quality.level;
        onChange(quality);
        if (run !== this.#run) return;
      }
    }
    this.#wait();
  }
}
