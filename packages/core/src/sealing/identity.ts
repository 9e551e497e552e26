// In the first download, so that nothing of the cryptography is imported statically here.
import { PeerhoodError } from "../errors.js";
import { decodeBase32, encodeBase32 } from "../util/base32.js";
import { KEY_BYTES } from "./constants.js";
import type { IdentityKey } from "./identity-key.js";

/** Who a peer is: a key pair. Whoever has the text that `export` gives is that peer, so keep it like a password. */
export interface Identity {
  /** The peer's id in every room: base32 of the first 160 bits of SHA-256 of the public key. */
  readonly id: string;
  /** The secret as text, for {@link importIdentity}. */
  export(): string;
}

/** The part of `localStorage` that {@link storedIdentity} needs. */
export interface IdentityStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const PREFIX = "peerhood-identity-1:";

/** A new identity, to be kept: `new Peer({ identity })`. Without one a peer has a new id at each join. */
export async function createIdentity(): Promise<Identity> {
  return toIdentity(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
}

/**
 * The identity that `export` gave as text.
 * @throws PeerhoodError `INVALID_ARGUMENT`
 */
export async function importIdentity(text: string): Promise<Identity> {
  return toIdentity(identitySecret(text));
}

/**
 * The identity that is kept there, or a new one that is from now on: `await storedIdentity(localStorage)`. Two tabs of one
 * browser share it, and in one room the second replaces the first; use `sessionStorage` for one identity per tab.
 * @throws PeerhoodError `INVALID_ARGUMENT` when something else is stored under that key
 */
export async function storedIdentity(storage: IdentityStorage, key = "peerhood-identity"): Promise<Identity> {
  const text = storage.getItem(key);
  if (text !== null) return importIdentity(text);
  const identity = await createIdentity();
  storage.setItem(key, identity.export());
  return identity;
}

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function identitySecret(text: unknown): Uint8Array {
  const isText = typeof text === "string" && text.startsWith(PREFIX);
  const secret = isText ? decodeBase32(text.slice(PREFIX.length)) : undefined;
  if (secret?.length === KEY_BYTES) return secret;
  // Not the text itself: it may be a secret with a typo.
  throw new PeerhoodError("INVALID_ARGUMENT", `An identity is text as identity.export() gives it: "${PREFIX}…".`);
}

async function toIdentity(secret: Uint8Array): Promise<Identity> {
  const { id }: IdentityKey = (await import("./identity-key.js")).createIdentityKey(secret);
  return { id, export: () => PREFIX + encodeBase32(secret) };
}
