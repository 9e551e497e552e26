import { SeededRandom } from "@peerhood/testing";
import { expect, test } from "vitest";
import { Agreement, type AgreementSide } from "./agreement.js";
import { createIdentityKey } from "./identity-key.js";
import { createLocalKeys, type LocalKeys } from "./local-keys.js";
import { readKeyMessage, type KeyMessage } from "./key-message.js";

const random = new SeededRandom("agreement");
const bytes = (length: number): Uint8Array => random.bytes(length);
const header = Uint8Array.of(1, 2, 3);
const text = new TextEncoder().encode("v=0, and so on");

function createSide(instance: string): { side: AgreementSide; keys: LocalKeys } {
  const identity = createIdentityKey(bytes(32));
  return { side: { id: identity.id, instance, pair: 1 }, keys: createLocalKeys(identity, bytes) };
}

const a = createSide("a");
const b = createSide("b");
const agree = (me: typeof a, other: typeof a, topic = "topic", theirs: KeyMessage = other.keys.message): Agreement =>
  new Agreement(topic, me.side, me.keys, other.side, theirs);

test("what one side seals the other opens, once, with the header that it was sealed with", () => {
  const sealed = agree(a, b).seal(text, () => header);
  const receiver = agree(b, a);
  expect(receiver.open(sealed, Uint8Array.of(1, 2, 4))).toBeUndefined();
  expect(receiver.open({ ...sealed, number: 1 }, header)).toBeUndefined();
  for (let index = 0; index < sealed.box.length; index++) {
    const box = sealed.box.map((byte, at) => (at === index ? byte ^ 1 : byte));
    expect(receiver.open({ ...sealed, box }, header)).toBeUndefined();
  }
  expect(receiver.open(sealed, header)).toEqual(text);
  expect(receiver.open(sealed, header)).toBeUndefined();
  // Nor does it come back to its sender.
  expect(agree(a, b).open(sealed, header)).toBeUndefined();
});

test("another room, instance, attempt, ephemeral or identity leads to other keys", () => {
  const sealed = agree(a, b).seal(text, () => header);
  const others = [
    agree(b, a, "another topic"),
    new Agreement("topic", b.side, b.keys, { ...a.side, instance: "x" }, a.keys.message),
    new Agreement("topic", b.side, b.keys, { ...a.side, pair: 2 }, a.keys.message),
    new Agreement("topic", b.side, createLocalKeys(b.keys.identity, bytes), a.side, a.keys.message),
    agree(createSide("b"), a),
  ];
  expect(others.map((other) => other.open(sealed, header))).toEqual(others.map(() => undefined));
});

test("who has only the ephemeral secret, not the identity's, is not that identity", () => {
  const ephemeral = createSide("a").keys;
  // In the name of a, under an ephemeral of its own.
  const { message } = createLocalKeys({ ...ephemeral.identity, publicKey: a.keys.identity.publicKey }, bytes);
  const claimed = readKeyMessage(message.bytes, a.side.id);
  expect(claimed?.identity).toEqual(a.keys.identity.publicKey);
  const forger = new Agreement("topic", a.side, { ...ephemeral, message }, b.side, b.keys.message);
  const victim = agree(b, a, "topic", claimed);
  expect(
    victim.open(
      forger.seal(text, () => header),
      header,
    ),
  ).toBeUndefined();
  // An identity that is not the hash of its key is no message at all.
  expect(readKeyMessage(ephemeral.message.bytes, a.side.id)).toBeUndefined();
});

test("a key of small order is refused", () => {
  const zero = { ...a.keys.message, ephemeral: new Uint8Array(32) };
  expect(() => agree(b, a, "topic", zero)).toThrow();
});

test("both ends have one fingerprint, and only with the nonces that were committed to", () => {
  const [mine, theirs] = [agree(a, b), agree(b, a)];
  expect(mine.fingerprint).toBeUndefined();
  expect(mine.reveal(bytes(32))).toBe(false);
  expect(mine.reveal(b.keys.nonce) && theirs.reveal(a.keys.nonce)).toBe(true);
  expect(mine.fingerprint).toEqual(theirs.fingerprint);
  expect(mine.fingerprint?.words.split(" ")).toHaveLength(4);
  const other = agree(createSide("c"), b);
  other.reveal(b.keys.nonce);
  expect(other.fingerprint?.words).not.toBe(mine.fingerprint?.words);
});
