import { x25519 as portable } from "@noble/curves/ed25519.js";

/** X25519 of RFC 7748 section 5. Secrets, public keys and what two of them agree on are 32 bytes each. */
export interface X25519 {
  getPublicKey(secret: Uint8Array): Uint8Array;
  /** @throws an error for a public key of small order */
  getSharedSecret(secret: Uint8Array, publicKey: Uint8Array): Uint8Array;
}

/** The part of `node:crypto` that is used here. */
interface NodeCrypto {
  createPrivateKey(key: JwkKey): object;
  createPublicKey(key: JwkKey): object;
  createPublicKey(privateKey: object): { export(format: { format: "jwk" }): { x?: string } };
  diffieHellman(keys: { privateKey: object; publicKey: object }): Uint8Array;
}

/** RFC 8037. Node reads this form ten times as fast as DER. */
interface JwkKey {
  readonly format: "jwk";
  readonly key: { readonly kty: "OKP"; readonly crv: "X25519"; readonly x: string; readonly d?: string };
}

/** Asked for beside a secret, and not looked at. */
const ANY_PUBLIC_KEY = "A".repeat(43);
/** Of 32 bytes that are 1. Known, since the first one that is computed in JavaScript takes 50 ms: its tables are made then. */
const PUBLIC_KEY_OF_ONES = "pOCSkrZRwni5dyxWn1-puxPZBrRqtoyd-dwrRAn4ogk";

function nativeX25519(crypto: NodeCrypto): X25519 {
  const privateKey = (secret: Uint8Array): object =>
    crypto.createPrivateKey({
      format: "jwk",
      key: { kty: "OKP", crv: "X25519", x: ANY_PUBLIC_KEY, d: encodeBase64Url(secret) },
    });
  const publicKey = (bytes: Uint8Array): object =>
    crypto.createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "X25519", x: encodeBase64Url(bytes) } });
  return {
    getPublicKey(secret) {
      const { x } = crypto.createPublicKey(privateKey(secret)).export({ format: "jwk" });
      return decodeBase64Url(x ?? "");
    },
    getSharedSecret: (secret, theirs) =>
      Uint8Array.from(crypto.diffieHellman({ privateKey: privateKey(secret), publicKey: publicKey(theirs) })),
  };
}

/** RFC 4648 section 5, without padding. */
function encodeBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function decodeBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

/** `undefined` where there is none, as in a page, or where it does not compute what RFC 7748 says. */
function loadNative(): X25519 | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => object | undefined } };
  try {
    // Without "node:", which would look in a page's bundle as if something of Node's were there.
    const crypto = process?.getBuiltinModule?.("crypto");
    if (crypto === undefined) return undefined;
    const native = nativeX25519(crypto as NodeCrypto);
    return encodeBase64Url(native.getPublicKey(new Uint8Array(32).fill(1))) === PUBLIC_KEY_OF_ONES ? native : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The runtime's own where there is one at hand. A handshake takes five of these on each side: in JavaScript a millisecond
 * each, which in Node is a third of joining. WebCrypto's answer would come in a later turn, and pages on plain http
 * have none: there it is JavaScript.
 */
export const x25519: X25519 = loadNative() ?? portable;
