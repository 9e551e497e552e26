import { Agreement } from "../sealing/agreement.js";
import { equalBytes } from "../sealing/bytes.js";
import { readKeyMessage } from "../sealing/key-message.js";
import type { LocalKeys } from "../sealing/local-keys.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import { MAX_AGREEMENTS, RETRANSMIT_MAX_MS, RETRANSMIT_MIN_MS } from "./constants.js";
import { encodePairHeader, type PairDatagram } from "./datagram.js";
import type { PipeSegment } from "./pair-pipe.js";
import type { ProofLimit } from "../sealing/proof-limit.js";
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
  /** Bounds the guesses at the password that are answered; `undefined` for a member that has shown that it knows it. */
  readonly proofs: ProofLimit | undefined;
  /** The datagram has to wait until another guess may be answered. */
  readonly onDeferred: (datagram: PairDatagram) => void;
  readonly transmit: (data: Uint8Array) => void;
  /** The other side is who it says, and its password is another one. Called once at most. */
  readonly onMismatch: () => void;
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
  /** Proofs that have begun and not ended: one for each of `#pairs` that shows a password. */
  #openProofs = 0;
  #mismatched = false;
  #closed = false;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#expiry = options.clock.setTimeout(options.onExpired, options.timeoutMs);
  }

  get instance(): string {
    return this.#options.instance;
  }

  /** Its password is another one: that stay is not met. */
  get mismatched(): boolean {
    return this.#mismatched;
  }

  /** Tells the other side this one's keys until it answers. */
  initiate(): void {
    if (this.#initiated || this.#mismatched) return;
    this.#initiated = true;
    this.#stopRepeating();
    this.#tell();
  }

  receive(datagram: PairDatagram): Opened | undefined {
    if (this.#closed) return undefined;
    const { toPair, key } = datagram;
    if (toPair !== 0 && toPair !== this.#options.localPair) return undefined;
    const agreed = key === undefined ? undefined : this.#agree(datagram, key);
    for (const pair of agreed === undefined ? this.#pairs : [agreed]) {
      const segment = pair.open(datagram);
      if (segment !== undefined) {
        this.#endProofs("succeed");
        return { pair, segment };
      }
      if (pair.mismatched && !this.#mismatched) return this.#mismatch(pair);
    }
    // The other side's own repetition is what answers are repeated by: one answer for one question.
    if (agreed !== undefined && datagram.sealed === undefined) this.#options.transmit(agreed.seal(EMPTY));
    return undefined;
  }

  /** Idempotent. */
  close(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#expiry);
    this.#stopRepeating();
    this.#closed = true;
    // Who was answered and said no more may have found out that its guess was wrong.
    this.#endProofs("fail");
    this.#pairs = [];
  }

  #agree(datagram: PairDatagram, bytes: Uint8Array): SecurePair | undefined {
    const { pair: remotePair } = datagram;
    const known = this.#pairs.find(
      ({ agreement: { remote, theirs } }) => remote.pair === remotePair && equalBytes(theirs.bytes, bytes),
    );
    if (known !== undefined) return known;
    const { id, instance, mayAgree, place, localPair, keys, proofs } = this.#options;
    const theirs = readKeyMessage(bytes, id);
    if (theirs === undefined || this.#mismatched || !mayAgree()) return undefined;
    const isProof = keys.password !== undefined && theirs.share !== undefined && proofs !== undefined;
    if (isProof && !proofs.begin()) {
      this.#options.onDeferred(datagram);
      return undefined;
    }
    if (isProof) this.#openProofs++;
    const agreement = tryAgree(
      () => new Agreement(place.topic, { ...place, pair: localPair }, keys, { id, instance, pair: remotePair }, theirs),
    );
    if (agreement === undefined) return undefined;
    const pair = new SecurePair(place, agreement, localPair);
    this.#pairs.push(pair);
    if (this.#pairs.length > MAX_AGREEMENTS) this.#pairs.shift();
    // So that this side, too, hears of another password whatever is lost: who has met repeats, who has not does not.
    if (keys.password !== undefined || theirs.share !== undefined) this.#repeatLater();
    return pair;
  }

  /** The other side is told as well, once more for each time that it asks. */
  #mismatch(pair: SecurePair): undefined {
    this.#mismatched = true;
    this.#stopRepeating();
    this.#endProofs("fail");
    this.#pairs = [pair];
    this.#options.transmit(pair.seal(EMPTY));
    this.#options.onMismatch();
  }

  #endProofs(how: "succeed" | "fail"): void {
    for (; this.#openProofs > 0; this.#openProofs--) this.#options.proofs?.[how]();
  }

  #tell(): void {
    const { place, instance: toInstance, localPair, keys, transmit } = this.#options;
    const header = { from: place.id, instance: place.instance, pair: localPair, toInstance, toPair: 0 };
    transmit(encodePairHeader(header, keys.message.bytes));
    this.#repeatTimer = undefined;
    this.#repeatLater();
  }

  #repeatLater(): void {
    if (this.#repeatTimer !== undefined || this.#closed) return;
    this.#repeatTimer = this.#options.clock.setTimeout(() => this.#tell(), this.#repeatMs);
    this.#repeatMs = Math.min(this.#repeatMs * 1.5, RETRANSMIT_MAX_MS);
  }

  #stopRepeating(): void {
    if (this.#repeatTimer !== undefined) this.#options.clock.clearTimeout(this.#repeatTimer);
    this.#repeatTimer = undefined;
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
