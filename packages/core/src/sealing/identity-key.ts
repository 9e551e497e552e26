import { sha256 } from "@noble/hashes/sha2.js";
import { encodeBase32 } from "../util/base32.js";
import { x25519 } from "./x25519.js";

/** Bytes of an id: the first 160 bits of SHA-256, as base32 32 characters. */
const ID_BYTES = 20;

/** A long-term X25519 key pair, and the id that follows from it. */
export interface IdentityKey {
  readonly id: string;
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** `secret` is 32 random bytes. */
export function createIdentityKey(secret: Uint8Array): IdentityKey {
  const publicKey = x25519.getPublicKey(secret);
  return { id: identityId(publicKey), secret, publicKey };
}

/** The id of whoever has the secret of that key. */
export function identityId(publicKey: Uint8Array): string {
  return encodeBase32(sha256(publicKey).subarray(0, ID_BYTES));
}
