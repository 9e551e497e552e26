import { MAX_GAP_PACKETS, MAX_NACKS, NACK_INTERVAL_MS, REORDER_GUARD_MS } from "../constants.js";

interface Missing {
  askAtMs: number;
  asked: number;
}

/** Which packets have not come, and when to ask for them again (RFC 4585, section 6.2.1). */
export class MissingPackets {
  readonly #missing = new Map<number, Missing>();
  #newest: number | undefined;

  get size(): number {
    return this.#missing.size;
  }

  /** `false`: too many are missing to ask for. */
  arrived(sequence: number, nowMs: number): boolean {
    const newest = this.#newest ?? sequence - 1;
    this.#newest = Math.max(newest, sequence);
    if (sequence - newest > MAX_GAP_PACKETS) {
      this.#missing.clear();
      return false;
    }
    for (let missing = newest + 1; missing < sequence; missing++) {
      this.#missing.set(missing, { askAtMs: nowMs + REORDER_GUARD_MS, asked: 0 });
    }
    this.#missing.delete(sequence);
    return true;
  }

  /** Those to ask for now. What is older than `since` is of no use any more. */
  due(nowMs: number, roundTripMs: number, since: number): number[] {
    const due: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (sequence < since || missing.asked >= MAX_NACKS) this.#missing.delete(sequence);
      else if (missing.askAtMs <= nowMs) {
        missing.asked++;
        missing.askAtMs = nowMs + Math.max(NACK_INTERVAL_MS, roundTripMs);
        due.push(sequence);
      }
    }
    return due;
  }

  clear(): void {
    this.#missing.clear();
  }
}
