import { ADMISSION_BYTES, ADMISSION_COUNT, GROWTH_POOL_BYTES } from "./constants.js";

/** What one channel has reserved and got back, counted from its beginning. */
export interface ReservationCount {
  bytes: number;
  count: number;
}

/**
 * What all channels with one remote share. Sending: each transfer reserves its first window, and waits where that
 * would exceed what the remote keeps unread. Receiving: windows grow out of one pool.
 */
export class RemoteBudgets {
  /** Channels whose next transfer waits for room. */
  readonly #waiting = new Set<() => void>();
  #reservedBytes = 0;
  #reservedCount = 0;
  #growthBytes = 0;

  /** Reserves, or calls `whenFree` once when it is worth another try. */
  reserve(bytes: number, whenFree: () => void): boolean {
    const fits = this.#reservedBytes + bytes <= ADMISSION_BYTES && this.#reservedCount < ADMISSION_COUNT;
    if (!fits) {
      this.#waiting.add(whenFree);
      return false;
    }
    this.#reservedBytes += bytes;
    this.#reservedCount++;
    return true;
  }

  release(bytes: number, count: number): void {
    this.#reservedBytes -= bytes;
    this.#reservedCount -= count;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const whenFree of waiting) whenFree();
  }

  /** How much of `bytes` a window may grow by. */
  takeGrowth(bytes: number): number {
    const taken = Math.min(bytes, GROWTH_POOL_BYTES - this.#growthBytes);
    this.#growthBytes += taken;
    return taken;
  }

  returnGrowth(bytes: number): void {
    this.#growthBytes -= bytes;
  }
}
