import { identitySecret, type Identity } from "../../sealing/identity.js";
import type { IdentityKey } from "../../sealing/identity-key.js";
import { encodeBase32 } from "../../util/base32.js";

/** Ids that are claimed without the key, by the secret that is there instead. */
const claims = new Map<string, string>();

/** An identity whose id is somebody else's, and whose key is that of the secret. */
export function impostor(id: string, secret: Uint8Array): Identity {
  claims.set(encodeBase32(secret), id);
  const text = `peerhood-identity-1:${encodeBase32(secret)}`;
  identitySecret(text);
  return { id, export: () => text };
}

/** What `createIdentityKey` gives whoever lies about its id. */
export function claim(key: IdentityKey): IdentityKey {
  return { ...key, id: claims.get(encodeBase32(key.secret)) ?? key.id };
}
