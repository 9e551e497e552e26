import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { expect, test } from "vitest";
import { createIdentity, importIdentity, storedIdentity } from "./identity.js";

test("the id is base32 of the first 160 bits of SHA-256 of the X25519 public key, by Node's own crypto too", async () => {
  const text = `peerhood-identity-1:${"a".repeat(52)}`;
  const { id } = await importIdentity(text);
  // PKCS#8 of an X25519 key of zeros, RFC 8410 section 7.
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), Buffer.alloc(32)]);
  const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  const { x = "" } = key.export({ format: "jwk" });
  const digest = createHash("sha256").update(Buffer.from(x, "base64url")).digest().subarray(0, 20);
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const expected = bits.match(/.{5}/g)?.map((five) => "abcdefghijklmnopqrstuvwxyz234567"[Number.parseInt(five, 2)]);
  expect(id).toBe(expected?.join(""));
});

test("an identity survives export and import, and no two are the same", async () => {
  const identity = await createIdentity();
  expect((await importIdentity(identity.export())).id).toBe(identity.id);
  expect((await createIdentity()).id).not.toBe(identity.id);
  expect(JSON.stringify(identity)).toBe(JSON.stringify({ id: identity.id }));
});

test("what is no identity is refused, and not repeated in the message", async () => {
  for (const text of [
    "",
    "hunter2",
    `peerhood-identity-1:${"a".repeat(51)}`,
    `peerhood-identity-1:${"b".repeat(52)}1`,
  ]) {
    await expect(importIdentity(text)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    if (text !== "") await expect(importIdentity(text)).rejects.not.toThrow(text);
  }
});

test("a stored identity is made once", async () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  const first = await storedIdentity(storage);
  expect((await storedIdentity(storage)).id).toBe(first.id);
  expect((await storedIdentity(storage, "other")).id).not.toBe(first.id);
});
