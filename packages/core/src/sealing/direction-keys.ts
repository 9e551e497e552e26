import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, encodeUint32 } from "./bytes.js";
import { KEY_BYTES } from "./constants.js";

const encoder = new TextEncoder();

/** ChaCha20-Poly1305 under one key for each direction, so that the number of a box alone makes a nonce unique. */
export class DirectionKeys {
  readonly #send: Uint8Array;
  readonly #receive: Uint8Array;

  constructor(secret: Uint8Array, transcript: Uint8Array, purpose: string, isFirst: boolean) {
    const keys = hkdf(sha256, secret, transcript, encoder.encode(purpose), 2 * KEY_BYTES);
    const [low, high] = [keys.subarray(0, KEY_BYTES), keys.subarray(KEY_BYTES)];
    [this.#send, this.#receive] = isFirst ? [low, high] : [high, low];
  }

  seal(number: number, plaintext: Uint8Array, associated: Uint8Array): Uint8Array {
    return chacha20poly1305(this.#send, nonce(number), associated).encrypt(plaintext);
  }

  /** `undefined` unless the other side has sealed it so. */
  open(number: number, box: Uint8Array, associated: Uint8Array): Uint8Array | undefined {
    try {
      return chacha20poly1305(this.#receive, nonce(number), associated).decrypt(box);
    } catch {
      return undefined;
    }
  }
}

/** RFC 8439 section 2.8: 96 bits. */
function nonce(number: number): Uint8Array {
  return concat(new Uint8Array(8), encodeUint32(number));
}
