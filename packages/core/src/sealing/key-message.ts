import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "./bytes.js";
import { KEY_BYTES, SHARE_BYTES } from "./constants.js";
import { identityId } from "./identity-key.js";

/**
 * What a member says of its keys before anything can be sealed: readable by all, and believed only once the agreement
 * that it leads to has opened a sealed datagram.
 */
export interface KeyMessage {
  readonly bytes: Uint8Array;
  /** Long-term key; the sender's id is its hash. */
  readonly identity: Uint8Array;
  /** Key of this attempt only: forward secrecy. */
  readonly ephemeral: Uint8Array;
  /** Commits to the nonce of the fingerprint. */
  readonly commitment: Uint8Array;
  /** CPace share, in a room with a password. */
  readonly share: Uint8Array | undefined;
}

const LABEL = new TextEncoder().encode("peerhood/commitment/1");
const SHORT = 3 * KEY_BYTES;

export function commit(identity: Uint8Array, ephemeral: Uint8Array, nonce: Uint8Array): Uint8Array {
  return sha256(concat(LABEL, identity, ephemeral, nonce));
}

/** `undefined` unless it is one of a member with that id. */
export function readKeyMessage(bytes: Uint8Array, id: string): KeyMessage | undefined {
  if (bytes.length !== SHORT && bytes.length !== SHORT + SHARE_BYTES) return undefined;
  const identity = bytes.subarray(0, KEY_BYTES);
  if (identityId(identity) !== id) return undefined;
  return {
    bytes,
    identity,
    ephemeral: bytes.subarray(KEY_BYTES, 2 * KEY_BYTES),
    commitment: bytes.subarray(2 * KEY_BYTES, SHORT),
    share: bytes.length > SHORT ? bytes.subarray(SHORT) : undefined,
  };
}
