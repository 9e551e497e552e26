import { concat } from "./bytes.js";
import { KEY_BYTES } from "./constants.js";
import type { IdentityKey } from "./identity-key.js";
import { commit, type KeyMessage } from "./key-message.js";
import type { PasswordRun } from "./password-run.js";
import { x25519 } from "./x25519.js";

/** The secrets of this side for one attempt, and what the other side is told of them. */
export interface LocalKeys {
  readonly identity: IdentityKey;
  readonly ephemeralSecret: Uint8Array;
  readonly nonce: Uint8Array;
  readonly password: PasswordRun | undefined;
  readonly message: KeyMessage;
}

export function createLocalKeys(
  identity: IdentityKey,
  random: (length: number) => Uint8Array,
  password?: PasswordRun,
): LocalKeys {
  const ephemeralSecret = random(KEY_BYTES);
  const nonce = random(KEY_BYTES);
  const ephemeral = x25519.getPublicKey(ephemeralSecret);
  const commitment = commit(identity.publicKey, ephemeral, nonce);
  const share = password?.share;
  const bytes = concat(identity.publicKey, ephemeral, commitment, ...(share === undefined ? [] : [share]));
  return {
    identity,
    ephemeralSecret,
    nonce,
    password,
    message: { bytes, identity: identity.publicKey, ephemeral, commitment, share },
  };
}
