import {
  FIRST_HIGH_WATER_BYTES,
  MAX_HIGH_WATER_BYTES,
  MIN_HIGH_WATER_BYTES,
  QUICK_DRAIN_MS,
  SLOW_DRAIN_MS,
} from "./constants.js";

/**
 * How much the channel may hold, by how fast it goes out: whatever is in there makes every other message wait. Frames
 * are half of it at most, since one that is handed over can not be overtaken.
 */
export class DrainPace {
  #highWaterBytes = FIRST_HIGH_WATER_BYTES;
  #sentBytes = 0;
  /** What the channel holds at most: as much as when it was looked at, and what was sent since. */
  #heldBytes = 0;
  /** Since when it is measured, and what had gone out by then; only while the channel holds something. */
  #mark: { readonly at: number; readonly drained: number } | undefined;

  get highWaterBytes(): number {
    return this.#highWaterBytes;
  }

  /** Falling to this much, the channel asks for more. */
  get lowWaterBytes(): number {
    return this.#highWaterBytes / 2;
  }

  get frameBytes(): number {
    return this.#highWaterBytes / 2;
  }

  /** There is room for sure. Where there may be none, the channel is to be looked at, which in Node is a call to native code. */
  get roomy(): boolean {
    return this.#heldBytes < this.#highWaterBytes / 4;
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
    this.#heldBytes += bytes;
  }

  /** To be called before more is sent, unless it is `roomy`. */
  measure(now: number, bufferedBytes: number): void {
    this.#heldBytes = bufferedBytes;
    const drained = this.#sentBytes - bufferedBytes;
    this.#mark ??= { at: now, drained };
    const ms = now - this.#mark.at;
    const enough = drained - this.#mark.drained >= this.lowWaterBytes;
    if (enough && ms < QUICK_DRAIN_MS) {
      this.#highWaterBytes = Math.min(MAX_HIGH_WATER_BYTES, this.#highWaterBytes * 2);
    } else if (bufferedBytes > 0 && ms > SLOW_DRAIN_MS) {
      this.#highWaterBytes = Math.max(MIN_HIGH_WATER_BYTES, this.#highWaterBytes / 2);
    } else if (bufferedBytes > 0 && !enough) return;
    // An empty channel does not tell since when it is.
    this.#mark = bufferedBytes > 0 ? { at: now, drained } : undefined;
  }
}
