import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { compareBytes, concat, concatWithLengths, encodeUint32, equalBytes } from "./bytes.js";
import { KEY_BYTES } from "./constants.js";
import { createFingerprint, type Fingerprint } from "./fingerprint.js";
import { commit, type KeyMessage } from "./key-message.js";
import type { LocalKeys } from "./local-keys.js";
import { ReplayWindow } from "./replay-window.js";

/** One side of an attempt, as both know it. */
export interface AgreementSide {
  readonly id: string;
  readonly instance: string;
  /** Number of the attempt. */
  readonly pair: number;
}

/** A box and its number, which is its nonce. */
export interface Sealed {
  readonly number: number;
  readonly box: Uint8Array;
}

const encoder = new TextEncoder();
const LABEL = encoder.encode("peerhood/agreement/1");

/**
 * Keys between two members, by three Diffie-Hellmans over X25519: ephemeral with ephemeral for forward secrecy, and each
 * side's ephemeral with the other's identity, so that only who has both secrets of its side arrives at the same keys. One
 * message each, in any order, and no signature: nobody can show to others that the two have met. Whatever opens proves
 * the sender's identity and, the local ephemeral being fresh, that it is there now.
 */
export class Agreement {
  readonly remote: AgreementSide;
  readonly theirs: KeyMessage;
  readonly mine: LocalKeys;
  /** Hash of all that both sides have said in the clear, and of who they are and where. */
  readonly transcript: Uint8Array;
  readonly #sendKey: Uint8Array;
  readonly #receiveKey: Uint8Array;
  readonly #window = new ReplayWindow();
  readonly #isFirst: boolean;
  #sent = 0;
  #theirNonce: Uint8Array | undefined;

  /** @throws an error for a key of small order */
  constructor(topic: string, local: AgreementSide, mine: LocalKeys, remote: AgreementSide, theirs: KeyMessage) {
    this.remote = remote;
    this.mine = mine;
    this.theirs = theirs;
    const sides = [describe(local, mine.message.bytes), describe(remote, theirs.bytes)] as const;
    this.#isFirst = compareBytes(...sides) < 0;
    const [first, second] = this.#isFirst ? sides : [sides[1], sides[0]];
    this.transcript = sha256(concatWithLengths(LABEL, encoder.encode(topic), first, second));
    const ours = x25519.getSharedSecret(mine.identity.secret, theirs.ephemeral);
    const other = x25519.getSharedSecret(mine.ephemeralSecret, theirs.identity);
    const secret = concat(
      x25519.getSharedSecret(mine.ephemeralSecret, theirs.ephemeral),
      ...(this.#isFirst ? [ours, other] : [other, ours]),
    );
    const keys = hkdf(sha256, secret, this.transcript, encoder.encode("keys"), 2 * KEY_BYTES);
    const [low, high] = [keys.subarray(0, KEY_BYTES), keys.subarray(KEY_BYTES)];
    [this.#sendKey, this.#receiveKey] = this.#isFirst ? [low, high] : [high, low];
  }

  /** `header` gives what goes before the box, for its number; it is authenticated with it. */
  seal(plaintext: Uint8Array, header: (number: number) => Uint8Array): Sealed {
    const number = this.#sent++;
    const box = chacha20poly1305(this.#sendKey, nonce(number), header(number)).encrypt(plaintext);
    return { number, box };
  }

  /** `undefined` for what is forged, damaged, or has come before. */
  open({ number, box }: Sealed, header: Uint8Array): Uint8Array | undefined {
    if (!this.#window.isFresh(number)) return undefined;
    let plaintext: Uint8Array;
    try {
      plaintext = chacha20poly1305(this.#receiveKey, nonce(number), header).decrypt(box);
    } catch {
      return undefined;
    }
    this.#window.mark(number);
    return plaintext;
  }

  /** The other side's nonce, told in a sealed datagram. False if it is not what that side has committed to. */
  reveal(theirNonce: Uint8Array): boolean {
    const { identity, ephemeral, commitment } = this.theirs;
    if (!equalBytes(commit(identity, ephemeral, theirNonce), commitment)) return false;
    this.#theirNonce = theirNonce;
    return true;
  }

  /** `undefined` until the other side has revealed its nonce. */
  get fingerprint(): Fingerprint | undefined {
    const [mine, theirs] = [this.mine.nonce, this.#theirNonce];
    if (theirs === undefined) return undefined;
    return createFingerprint(concat(this.transcript, ...(this.#isFirst ? [mine, theirs] : [theirs, mine])));
  }
}

function describe({ id, instance, pair }: AgreementSide, message: Uint8Array): Uint8Array {
  return concatWithLengths(encoder.encode(id), encoder.encode(instance), encodeUint32(pair), message);
}

/** RFC 8439 section 2.8: 96 bits. Each direction has a key of its own, so the number alone is unique. */
function nonce(number: number): Uint8Array {
  return concat(new Uint8Array(8), encodeUint32(number));
}
