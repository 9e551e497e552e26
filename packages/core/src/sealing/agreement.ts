import { sha256 } from "@noble/hashes/sha2.js";
import { compareBytes, concat, concatWithLengths, encodeUint32, equalBytes } from "./bytes.js";
import { KEY_BYTES } from "./constants.js";
import { createFingerprint, type Fingerprint } from "./fingerprint.js";
import { DirectionKeys } from "./direction-keys.js";
import { commit, type KeyMessage } from "./key-message.js";
import type { LocalKeys } from "./local-keys.js";
import { ReplayWindow } from "./replay-window.js";
import { x25519 } from "./x25519.js";

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

/**
 * What a box gave: what was sealed; or, where the sender is who it says and the passwords differ, `"mismatch"`;
 * `undefined` for what is forged, damaged, or has come before.
 */
export type Opened = Uint8Array | "mismatch" | undefined;

const encoder = new TextEncoder();
const LABEL = encoder.encode("peerhood/agreement/1");
const NOTHING = new Uint8Array();

/**
 * Keys between two members, by three Diffie-Hellmans over X25519: ephemeral with ephemeral for forward secrecy, and each
 * side's ephemeral with the other's identity, so that only who has both secrets of its side arrives at the same keys. One
 * message each, in any order, and no signature: nobody can show to others that the two have met. Whatever opens proves
 * the sender's identity and, the local ephemeral being fresh, that it is there now.
 *
 * With a password there is a box within the box, under keys from CPace as well: the outer one says who sealed it, so that
 * nobody can be blamed for a password that somebody else did not know; the inner one opens if the passwords are equal.
 */
export class Agreement {
  readonly remote: AgreementSide;
  readonly theirs: KeyMessage;
  readonly mine: LocalKeys;
  /** Hash of all that both sides have said in the clear, and of who they are and where. */
  readonly transcript: Uint8Array;
  readonly #outer: DirectionKeys;
  readonly #inner: DirectionKeys | undefined;
  readonly #window = new ReplayWindow();
  readonly #isFirst: boolean;
  #sent = 0;
  #theirNonce: Uint8Array | undefined;

  /** @throws an error for a key or share of small order */
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
    this.#outer = new DirectionKeys(secret, this.transcript, "keys", this.#isFirst);
    if (mine.password === undefined || theirs.share === undefined) return;
    const shown = mine.password.finish(theirs.share, withoutShare(mine.message), withoutShare(theirs));
    if (shown === undefined) throw new Error("A share of small order.");
    this.#inner = new DirectionKeys(concat(secret, shown), this.transcript, "password keys", this.#isFirst);
  }

  /** One side is in a room with a password, and the other in one without. */
  get lacksPassword(): boolean {
    return (this.mine.password === undefined) !== (this.theirs.share === undefined);
  }

  /** `header` gives what goes before the box, for its number; it is authenticated with it. */
  seal(plaintext: Uint8Array, header: (number: number) => Uint8Array): Sealed {
    const number = this.#sent++;
    const associated = header(number);
    const content = this.lacksPassword ? NOTHING : (this.#inner?.seal(number, plaintext, associated) ?? plaintext);
    return { number, box: this.#outer.seal(number, content, associated) };
  }

  open({ number, box }: Sealed, header: Uint8Array): Opened {
    if (!this.#window.isFresh(number)) return undefined;
    const content = this.#outer.open(number, box, header);
    if (content === undefined) return undefined;
    this.#window.mark(number);
    if (this.lacksPassword) return "mismatch";
    return this.#inner === undefined ? content : (this.#inner.open(number, content, header) ?? "mismatch");
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

function withoutShare({ bytes }: KeyMessage): Uint8Array {
  return bytes.subarray(0, 3 * KEY_BYTES);
}
