import { Agreement } from "../sealing/agreement.js";
import { equalBytes } from "../sealing/bytes.js";
import { readKeyMessage } from "../sealing/key-message.js";
import type { LocalKeys } from "../sealing/local-keys.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import { MAX_AGREEMENTS, RETRANSMIT_MAX_MS, RETRANSMIT_MIN_MS } from "./constants.js";
import { encodePairHeader, type PairDatagram } from "./datagram.js";
import type { PipeSegment } from "./pair-pipe.js";
import { SecurePair, type Place } from "./secure-pair.js";

export interface HandshakeOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly id: string;
  readonly instance: string;
  readonly localPair: number;
  readonly keys: LocalKeys;
  readonly timeoutMs: number;
  /** Whether one more agreement may be computed now. */
  readonly mayAgree: () => boolean;
  readonly transmit: (data: Uint8Array) => void;
  readonly onExpired: () => void;
}

/** A segment that the other side has sealed, and the pair that it was opened with. */
export interface Opened {
  readonly pair: SecurePair;
  readonly segment: PipeSegment;
}

/** Carries nothing: shows that the sender has the keys. */
const EMPTY: PipeSegment = { ack: 0, first: 0, messages: [] };

/**
 * One attempt of this member with one stay of another. Each side tells its keys once the other is known to be there, and
 * answers keys with its own and a sealed nothing; what opens first ends it. Datagrams may be lost, doubled, reordered
 * and forged: nothing but a box that opens decides anything, and forged keys displace genuine ones only until those are
 * repeated.
 */
export class Handshake {
  readonly #options: HandshakeOptions;
  /** By key message, oldest first. More than one only while somebody forges. */
  #pairs: SecurePair[] = [];
  #repeatTimer: TimerHandle | undefined;
  #repeatMs = RETRANSMIT_MIN_MS;
  readonly #expiry: TimerHandle;
  #initiated = false;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#expiry = options.clock.setTimeout(options.onExpired, options.timeoutMs);
  }

  get instance(): string {
    return this.#options.instance;
  }

  /** Tells the other side this one's keys until it answers. */
  initiate(): void {
    if (this.#initiated) return;
    this.#initiated = true;
    this.#tell();
  }

  receive(datagram: PairDatagram): Opened | undefined {
    const { toPair, key } = datagram;
    if (toPair !== 0 && toPair !== this.#options.localPair) return undefined;
    const agreed = key === undefined ? undefined : this.#agree(datagram.pair, key);
    for (const pair of agreed === undefined ? this.#pairs : [agreed]) {
      const segment = pair.open(datagram);
      if (segment !== undefined) return { pair, segment };
    }
    // The other side's own repetition is what answers are repeated by: one answer for one question.
    if (agreed !== undefined && datagram.sealed === undefined) this.#options.transmit(agreed.seal(EMPTY));
    return undefined;
  }

  /** Idempotent. */
  close(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#expiry);
    if (this.#repeatTimer !== undefined) clock.clearTimeout(this.#repeatTimer);
    this.#pairs = [];
  }

  #agree(remotePair: number, bytes: Uint8Array): SecurePair | undefined {
    const known = this.#pairs.find(
      ({ agreement: { remote, theirs } }) => remote.pair === remotePair && equalBytes(theirs.bytes, bytes),
    );
    if (known !== undefined) return known;
    const { id, instance, mayAgree, place, localPair, keys } = this.#options;
    const theirs = readKeyMessage(bytes, id);
    if (theirs === undefined || !mayAgree()) return undefined;
    const agreement = tryAgree(
      () => new Agreement(place.topic, { ...place, pair: localPair }, keys, { id, instance, pair: remotePair }, theirs),
    );
    if (agreement === undefined) return undefined;
    const pair = new SecurePair(place, agreement, localPair);
    this.#pairs.push(pair);
    if (this.#pairs.length > MAX_AGREEMENTS) this.#pairs.shift();
    return pair;
  }

  #tell(): void {
    const { place, instance: toInstance, localPair, keys, clock, transmit } = this.#options;
    const header = { from: place.id, instance: place.instance, pair: localPair, toInstance, toPair: 0 };
    transmit(encodePairHeader(header, keys.message.bytes));
    this.#repeatTimer = clock.setTimeout(() => this.#tell(), this.#repeatMs);
    this.#repeatMs = Math.min(this.#repeatMs * 1.5, RETRANSMIT_MAX_MS);
  }
}

/** A key of small order is as good as none. */
function tryAgree(agree: () => Agreement): Agreement | undefined {
  try {
    return agree();
  } catch {
    return undefined;
  }
}
