import { ADMISSION_BYTES, ADMISSION_COUNT, GROWTH_POOL_BYTES, RESUME_BYTES, RESUME_COUNT } from "./constants.js";
import { LinkPace } from "./link-pace.js";

/**
 * A remote that closes a channel and goes on with the next may be a moment ahead of this side, which still counts the
 * first: so twice the bound is what breaks the protocol.
 */
const HELD_FACTOR = 2;

/**
 * What all channels with one remote share. Sending: each transfer reserves its first window, and waits where that
 * would exceed what the remote keeps unread. Receiving: windows grow out of one pool.
 */
export class RemoteBudgets {
  /** How much may be on the way. Of one connection: another path has another round trip. */
  readonly pace = new LinkPace();
  /** When the remote last acknowledged anything, on the clock of its channels. */
  progressAt = Number.NEGATIVE_INFINITY;
  /** Transfers that take turns on any channel with the remote: they share one queue in the network. */
  turns = 0;
  /** Channels whose next transfer waits for room. */
  readonly #waiting = new Set<() => void>();
  #reservedBytes = 0;
  #reservedCount = 0;
  #growthBytes = 0;
  /** What the remote holds of this side's memory: on channels that are open, and on closed ones. */
  #heldBytes = 0;
  #heldCount = 0;
  #keptBytes = 0;
  #keptCount = 0;

  /** Enough may begin to be worth a frame. */
  get roomy(): boolean {
    return (
      ADMISSION_COUNT - this.#reservedCount >= RESUME_COUNT && ADMISSION_BYTES - this.#reservedBytes >= RESUME_BYTES
    );
  }

  /** Reserves, or calls `whenFree` once when it is worth another try. `count`: 1 for a transfer in pieces, or 0. */
  reserve(bytes: number, count: number, whenFree: () => void): boolean {
    const fits = this.#reservedBytes + bytes <= ADMISSION_BYTES && this.#reservedCount + count <= ADMISSION_COUNT;
    if (!fits) {
      this.#waiting.add(whenFree);
      return false;
    }
    this.#reservedBytes += bytes;
    this.#reservedCount += count;
    return true;
  }

  /** The last reservation was larger than it had to be. Nobody was refused in between. */
  giveBack(bytes: number): void {
    this.#reservedBytes -= bytes;
  }

  release(bytes: number, count: number): void {
    this.#reservedBytes -= bytes;
    this.#reservedCount -= count;
    if (this.#waiting.size === 0) return;
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

  /** Calls `whenFree` once, with the next that is freed. */
  whenFreed(whenFree: () => void): void {
    this.#waiting.add(whenFree);
  }

  /** It waits no more. */
  forget(whenFree: () => void): void {
    this.#waiting.delete(whenFree);
  }

  /**
   * Counts what the remote has begun.
   * @throws RangeError when that is more than an honest one can have open
   */
  hold(bytes: number, count: number): void {
    this.#heldBytes += bytes;
    this.#heldCount += count;
    if (this.#heldBytes > HELD_FACTOR * ADMISSION_BYTES || this.#heldCount > HELD_FACTOR * ADMISSION_COUNT) {
      throw new RangeError("more transfers than were admitted");
    }
  }

  letGo(bytes: number, count: number): void {
    this.#heldBytes -= bytes;
    this.#heldCount -= count;
  }

  /** A message that is unread when its channel closes may be kept, within the same bound once more. */
  keep(bytes: number, count: number): boolean {
    if (this.#keptBytes + bytes > ADMISSION_BYTES || this.#keptCount + count > ADMISSION_COUNT) return false;
    this.#keptBytes += bytes;
    this.#keptCount += count;
    return true;
  }

  drop(bytes: number, count: number): void {
    this.#keptBytes -= bytes;
    this.#keptCount -= count;
  }
}
