import { MAX_ENDED, MAX_REMOTES, MAX_UNMET } from "./constants.js";
import type { PairDatagram } from "./datagram.js";

/** One attempt of two members to meet. */
export interface PairAddress {
  readonly id: string;
  readonly instance: string;
  readonly localPair: number;
  /** 0 until the other side has been heard. */
  remotePair: number;
}

/** - `drop`: stale, not for us, or too many. - `current`: for the live pair. - `replace`: the remote began anew. */
export type Verdict = "drop" | "current" | "new" | "replace";

/**
 * Decides which attempt a signal belongs to, so that late and doubled signals of ended attempts revive nothing, and
 * a remote that began anew is told from an echo of its past. Knows addresses only.
 */
export class PairDirectory {
  readonly #localInstance: string;
  readonly #live = new Map<string, PairAddress>();
  /** By id and instance: pair numbers up to this one are over. Oldest first. */
  readonly #ended = new Map<string, number>();
  #unmet = 0;
  #lastPair = 0;

  constructor(localInstance: string) {
    this.#localInstance = localInstance;
  }

  judgeHello(id: string, instance: string): Verdict {
    const live = this.#live.get(id);
    if (live !== undefined) return live.instance === instance || live.remotePair !== 0 ? "drop" : "replace";
    if (this.#ended.get(id + instance) === Infinity || this.#unmet >= MAX_UNMET) return "drop";
    return this.#live.size < MAX_REMOTES ? "new" : "drop";
  }

  judge({ from, instance, pair, toInstance, toPair }: PairDatagram): Verdict {
    if (toInstance !== this.#localInstance) return "drop";
    if (pair <= (this.#ended.get(from + instance) ?? 0)) return "drop";
    const live = this.#live.get(from);
    if (live === undefined) return toPair === 0 && this.#live.size < MAX_REMOTES ? "new" : "drop";
    if (live.instance !== instance) return toPair === 0 ? "replace" : "drop";
    if (toPair !== 0 && toPair !== live.localPair) return "drop";
    if (live.remotePair === 0) {
      live.remotePair = pair;
      this.#unmet--;
    }
    if (pair === live.remotePair) return "current";
    return pair > live.remotePair && toPair === 0 ? "replace" : "drop";
  }

  /** Registers an attempt; the caller has ended the one before. */
  begin(id: string, instance: string, remotePair: number): PairAddress {
    const address = { id, instance, localPair: ++this.#lastPair, remotePair };
    this.#live.set(id, address);
    if (remotePair === 0) this.#unmet++;
    return address;
  }

  /** `forever`: nothing of that instance is welcome any more. */
  end(address: PairAddress, forever: boolean): void {
    if (this.#live.get(address.id) === address) this.#live.delete(address.id);
    if (address.remotePair === 0) this.#unmet--;
    if (forever) this.forget(address.id, address.instance);
    else this.#remember(address.id + address.instance, address.remotePair);
  }

  /** That stay is over: its late signals revive nothing. */
  forget(id: string, instance: string): void {
    this.#remember(id + instance, Infinity);
  }

  #remember(key: string, pair: number): void {
    this.#ended.delete(key);
    this.#ended.set(key, pair);
    if (this.#ended.size > MAX_ENDED) {
      for (const oldest of this.#ended.keys()) {
        this.#ended.delete(oldest);
        break;
      }
    }
  }
}
