import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "../sealing/bytes.js";
import { encodeBase32 } from "../util/base32.js";
import { INSTANCE_BYTES } from "./constants.js";

const LABEL = new TextEncoder().encode("peerhood/instance/1");

/** Number of a stay: the hash of a secret, so that telling the secret ends the stay and nobody else can. */
export function instanceOf(secret: Uint8Array): string {
  return encodeBase32(sha256(concat(LABEL, secret)).subarray(0, INSTANCE_BYTES));
}
