import type { Agreement } from "../sealing/agreement.js";
import { concat } from "../sealing/bytes.js";
import type { Fingerprint } from "../sealing/fingerprint.js";
import { decodeBase32, encodeBase32 } from "../util/base32.js";
import { encodePairHeader, type PairDatagram } from "./datagram.js";
import type { PairAddress } from "./pair-address.js";
import type { PipeSegment } from "./pair-pipe.js";

/** Where this member stands: what all of its pairs share. */
export interface Place {
  readonly topic: string;
  readonly id: string;
  readonly instance: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Segments of two members, sealed and opened under one agreement. The local keys travel along until the other side has
 * said that it knows who this is. So does, in the box, the nonce of the fingerprint, but only once the other side is
 * authenticated: one attempt then reveals it to one key message only, and nobody can try several after having seen it.
 */
export class SecurePair {
  readonly address: PairAddress;
  readonly agreement: Agreement;
  /** The other side is who it says, and there: something of it has been opened. */
  authenticated = false;
  /** The other side is who it says, and its password is another one. */
  mismatched = false;
  readonly #place: Place;
  /** The other side knows as much of this one. */
  #confirmed = false;
  #revealed = false;
  /** The other side has this one's nonce. */
  #told = false;

  constructor(place: Place, agreement: Agreement, localPair: number) {
    this.#place = place;
    this.agreement = agreement;
    const { id, instance, pair } = agreement.remote;
    this.address = { id, instance, localPair, remotePair: pair };
  }

  get fingerprint(): Fingerprint | undefined {
    return this.agreement.fingerprint;
  }

  /** A whole datagram. */
  seal({ ack, first, messages }: PipeSegment): Uint8Array {
    const { id: from, instance } = this.#place;
    const { instance: toInstance, localPair: pair, remotePair: toPair } = this.address;
    const { mine } = this.agreement;
    const key = this.#confirmed ? undefined : mine.message.bytes;
    const plaintext = encoder.encode(
      JSON.stringify({
        a: ack,
        s: first,
        m: messages,
        ...(this.authenticated && !this.#told ? { r: encodeBase32(mine.nonce) } : {}),
        ...(this.authenticated ? { k: this.#revealed ? 2 : 1 } : {}),
      }),
    );
    let header: Uint8Array = new Uint8Array();
    const { box } = this.agreement.seal(plaintext, (number) => {
      header = encodePairHeader({ from, instance, pair, toInstance, toPair }, key, number);
      return this.#associated(header, this.address.id);
    });
    return concat(header, box);
  }

  /**
   * `undefined` for a datagram that the other side did not seal for this place, or that has come before, or that was
   * sealed with another password: see `mismatched`.
   */
  open({ sealed, header }: PairDatagram): PipeSegment | undefined {
    if (sealed === undefined) return undefined;
    const plaintext = this.agreement.open(sealed, this.#associated(header, this.#place.id));
    if (plaintext === undefined) return undefined;
    if (plaintext === "mismatch") {
      this.mismatched = true;
      return undefined;
    }
    const { a, s, m, r, k } = parse(plaintext);
    if (!isCount(a) || !isCount(s) || !Array.isArray(m)) return undefined;
    const nonce = typeof r === "string" ? decodeBase32(r) : undefined;
    this.#revealed ||= nonce !== undefined && this.agreement.reveal(nonce);
    // Who says something has opened a box of ours, and so reveals its nonce with it.
    if (!this.#revealed && m.length > 0) return undefined;
    this.authenticated = true;
    if (k === 1 || k === 2) this.#confirmed = true;
    if (k === 2) this.#told = true;
    return { ack: a, first: s, messages: m };
  }

  /** RFC 8439 section 2.8, associated data: what kind, from whom, to whom, in which room, in which attempt. */
  #associated(header: Uint8Array, receiver: string): Uint8Array {
    return concat(header, encoder.encode(receiver + this.#place.topic));
  }
}

function parse(plaintext: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decoder.decode(plaintext));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
