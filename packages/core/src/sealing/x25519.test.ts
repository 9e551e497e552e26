import { x25519 as portable } from "@noble/curves/ed25519.js";
import { expect, it } from "vitest";
import { x25519 } from "./x25519.js";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

it("is the runtime's own in Node, and not the one in JavaScript", () => {
  expect(x25519).not.toBe(portable);
});

it.each([
  ["the runtime's own", x25519],
  ["the one in JavaScript", portable],
])("computes the vectors of RFC 7748 section 6.1: %s", (_, { getPublicKey, getSharedSecret }) => {
  const alice = bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const bob = bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  expect(getPublicKey(alice)).toEqual(bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
  expect(getPublicKey(bob)).toEqual(bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
  const shared = bytes("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  expect(getSharedSecret(alice, getPublicKey(bob))).toEqual(shared);
  expect(getSharedSecret(bob, getPublicKey(alice))).toEqual(shared);
});

it("agrees with the one in JavaScript on any keys", () => {
  for (let round = 0; round < 100; round++) {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const theirs = crypto.getRandomValues(new Uint8Array(32));
    expect(x25519.getPublicKey(secret)).toEqual(portable.getPublicKey(secret));
    expect(x25519.getSharedSecret(secret, theirs)).toEqual(portable.getSharedSecret(secret, theirs));
  }
});

it("refuses a public key of small order, as the one in JavaScript does", () => {
  const secret = new Uint8Array(32).fill(7);
  // Of order 1 and 4 (RFC 7748 section 6.1: the result is all zeros).
  for (const smallOrder of [new Uint8Array(32), new Uint8Array(32).fill(1, 0, 1)]) {
    expect(() => x25519.getSharedSecret(secret, smallOrder)).toThrow();
    expect(() => portable.getSharedSecret(secret, smallOrder)).toThrow();
  }
});
