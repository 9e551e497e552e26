import { AGREEMENTS_BURST, AGREEMENTS_PER_SECOND, ASK_AGAIN_MIN_MS } from "../sealing/constants.js";
import type { LocalKeys } from "../sealing/local-keys.js";
import type { Stay } from "../sealing/password-run.js";
import { ProofLimit } from "../sealing/proof-limit.js";
import { RateLimit } from "../sealing/rate-limit.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import { MAX_ENDED, MAX_HANDSHAKES_PER_ID, MAX_REMOTES, MAX_UNMET } from "./constants.js";
import type { PairDatagram } from "./datagram.js";
import { Handshake, type Opened } from "./handshake.js";
import type { PairAddress } from "./pair-address.js";
import type { PipeSegment } from "./pair-pipe.js";
import type { Place, SecurePair } from "./secure-pair.js";

export interface HandshakesOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Fresh keys for one attempt with that stay of a member. */
  readonly createKeys: (stay: Stay) => LocalKeys;
  readonly transmit: (data: Uint8Array, to: string) => void;
  /** Somebody is there who is who it says. It takes the place of an earlier pair with that id, if there is one. */
  readonly onMet: (pair: SecurePair) => void;
  /** Somebody is there who is who it says, and its password is another one. Called once for each of its stays. */
  readonly onMismatch: (id: string) => void;
  /**
   * Somebody had to wait until another guess at the password may be answered, and one may now. It may have given up
   * meanwhile, so it has to hear of this member again.
   */
  readonly onMayAsk: () => void;
  /** Too many guesses at the password were wrong: none is answered for that long. Called once for each such pause. */
  readonly onGuessesLimit: (pauseMs: number) => void;
  /** A handshake begins or ends: see `isBusy`. */
  readonly onChanged: () => void;
  /** Of a pair that is met and not ended. */
  readonly onSegment: (pair: SecurePair, segment: PipeSegment) => void;
}

/**
 * Decides which attempt a datagram belongs to, so that what is late, doubled, recorded or forged revives nothing and
 * ends nothing. A handshake stands beside the live pair with that id and takes its place only once the other side has
 * shown that it has its keys.
 */
export class Handshakes {
  readonly #options: HandshakesOptions;
  readonly #live = new Map<string, SecurePair>();
  /** By id, oldest first: more than one per id only while somebody forges. */
  readonly #pending = new Map<string, Handshake[]>();
  #pendingCount = 0;
  /** By id and instance: attempts up to this number are over. Oldest first. */
  readonly #ended = new Map<string, number>();
  readonly #limit: RateLimit;
  readonly #proofs: ProofLimit;
  /** Ids that were met, and so know the password if there is one. Oldest first. */
  readonly #proven = new Set<string>();
  /** Wait until another guess at the password may be answered. By id and instance, oldest first. */
  readonly #deferred = new Map<string, PairDatagram>();
  #askAgainTimer: TimerHandle | undefined;
  #lastPair = 0;

  constructor(options: HandshakesOptions) {
    this.#options = options;
    this.#limit = new RateLimit(options.clock, AGREEMENTS_BURST, AGREEMENTS_PER_SECOND);
    this.#proofs = new ProofLimit(options.clock);
  }

  /** Whether a handshake is under way. */
  get isBusy(): boolean {
    return this.#pendingCount > 0;
  }

  /** Somebody says in the clear that it is there: whether that is true the handshake shows. */
  receiveHello(id: string, instance: string): void {
    if (this.#live.get(id)?.address.instance === instance || this.#ended.get(id + instance) === Infinity) return;
    (this.#find(id, instance) ?? this.#begin(id, instance))?.initiate();
  }

  receive(datagram: PairDatagram): void {
    const { from, instance, pair, toInstance, toPair } = datagram;
    if (toInstance !== this.#options.place.instance) return;
    if (pair <= (this.#ended.get(from + instance) ?? 0)) return;
    const live = this.#live.get(from);
    if (live !== undefined && live.address.instance === instance) {
      const { localPair, remotePair } = live.address;
      if (pair < remotePair) return;
      if (pair === remotePair) {
        const segment = toPair === localPair ? live.open(datagram) : undefined;
        if (segment !== undefined) this.#options.onSegment(live, segment);
        return;
      }
    }
    const pending = this.#find(from, instance);
    // It belongs to an attempt that ran out on this side, and by which the other may have met us: to it this is a hello.
    if (pending === undefined && toPair !== 0) return this.receiveHello(from, instance);
    const opened = (pending ?? this.#begin(from, instance))?.receive(datagram);
    if (opened !== undefined) this.#meet(opened);
  }

  end({ id, instance, remotePair }: PairAddress, forever: boolean): void {
    const live = this.#live.get(id)?.address;
    if (live?.instance === instance && live.remotePair === remotePair) this.#live.delete(id);
    // A later attempt of the same stay has taken its place: that stay goes on.
    const isOver = forever && this.#live.get(id)?.address.instance !== instance;
    this.#remember(id + instance, isOver ? Infinity : remotePair);
    if (isOver) this.#drop(id, instance);
  }

  /** That stay is over: its late signals revive nothing. */
  forget(id: string, instance: string): void {
    this.#remember(id + instance, Infinity);
    this.#drop(id, instance);
  }

  /** Stops all that is under way. */
  close(): void {
    for (const handshakes of this.#pending.values()) for (const handshake of handshakes) handshake.close();
    this.#pending.clear();
    this.#deferred.clear();
    if (this.#askAgainTimer !== undefined) this.#options.clock.clearTimeout(this.#askAgainTimer);
  }

  #meet({ pair, segment }: Opened): void {
    const { id, instance } = pair.address;
    this.#drop(id, instance);
    this.#proven.add(id);
    trim(this.#proven);
    if (!this.#live.has(id) && this.#live.size >= MAX_REMOTES) return;
    this.#live.set(id, pair);
    this.#options.onMet(pair);
    if (this.#live.get(id) === pair) this.#options.onSegment(pair, segment);
    for (const [key, datagram] of this.#deferred) {
      this.#deferred.delete(key);
      return this.receive(datagram);
    }
  }

  #defer(datagram: PairDatagram): void {
    if (this.#deferred.size < MAX_UNMET) this.#deferred.set(datagram.from + datagram.instance, datagram);
    if (this.#askAgainTimer !== undefined) return;
    const { clock, onMayAsk, onGuessesLimit } = this.#options;
    const { pauseMs } = this.#proofs;
    this.#askAgainTimer = clock.setTimeout(
      () => {
        this.#askAgainTimer = undefined;
        onMayAsk();
      },
      Math.max(ASK_AGAIN_MIN_MS, pauseMs),
    );
    if (pauseMs > 0) onGuessesLimit(pauseMs);
  }

  #find(id: string, instance: string): Handshake | undefined {
    return this.#pending.get(id)?.find((handshake) => handshake.instance === instance);
  }

  #begin(id: string, instance: string): Handshake | undefined {
    const { place, clock, timeoutMs, createKeys, transmit, onMismatch } = this.#options;
    if (!this.#live.has(id) && this.#live.size >= MAX_REMOTES) return undefined;
    if (!this.#limit.take()) return undefined;
    const handshake: Handshake = new Handshake({
      place,
      clock,
      id,
      instance,
      localPair: ++this.#lastPair,
      keys: createKeys({ id, instance }),
      timeoutMs,
      mayAgree: () => this.#limit.take(),
      proofs: this.#proven.has(id) ? undefined : this.#proofs,
      onDeferred: (datagram) => this.#defer(datagram),
      transmit: (data) => transmit(data, id),
      onMismatch: () => onMismatch(id),
      onExpired: () => {
        if (handshake.mismatched) this.#remember(id + instance, Infinity);
        this.#drop(id, instance);
      },
    });
    const beside = this.#pending.get(id) ?? [];
    // The oldest goes, so that a flood can hold up newcomers only for as long as it lasts.
    if (beside.length >= MAX_HANDSHAKES_PER_ID) this.#drop(id, beside[0]?.instance);
    else if (this.#pendingCount >= MAX_UNMET) this.#dropOldest();
    this.#pending.set(id, [...(this.#pending.get(id) ?? []), handshake]);
    this.#pendingCount++;
    this.#options.onChanged();
    return handshake;
  }

  #drop(id: string, instance: string | undefined): void {
    this.#deferred.delete(id + instance);
    const handshakes = this.#pending.get(id) ?? [];
    const kept = handshakes.filter((handshake) => handshake.instance !== instance);
    for (const handshake of handshakes) if (handshake.instance === instance) handshake.close();
    this.#pendingCount -= handshakes.length - kept.length;
    if (kept.length > 0) this.#pending.set(id, kept);
    else this.#pending.delete(id);
    if (kept.length < handshakes.length) this.#options.onChanged();
  }

  #dropOldest(): void {
    for (const [id, [oldest]] of this.#pending) return this.#drop(id, oldest?.instance);
  }

  #remember(key: string, pair: number): void {
    const known = this.#ended.get(key) ?? 0;
    this.#ended.delete(key);
    this.#ended.set(key, Math.max(known, pair));
    trim(this.#ended);
  }
}

/** Forgets the oldest. */
function trim(known: Map<string, unknown> | Set<string>): void {
  if (known.size <= MAX_ENDED) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}
