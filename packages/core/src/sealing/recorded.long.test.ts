import { expect, test } from "vitest";
import { decodeDatagram } from "../signaling/datagram.js";
import { createPair } from "../signaling/testing/handshake-member.js";
import { Agreement, type Opened } from "./agreement.js";
import { readKeyMessage } from "./key-message.js";
import type { LocalKeys } from "./local-keys.js";
import { createPasswordRuns } from "./password.js";
import type { PasswordRun } from "./password-run.js";

const GUESSES = 10_000;
const PASSWORD = "guess 4711";

/** What both have said, and all that they said it with. */
function record(): ReturnType<typeof createPair> {
  const pair = createPair("recorded", PASSWORD, PASSWORD);
  pair.a.handshakes.receiveHello(pair.b.id, pair.b.instance);
  pair.a.tell("the secret");
  pair.b.tell("the secret, too");
  expect([pair.a.heard, pair.b.heard]).toEqual([["the secret, too"], ["the secret"]]);
  return pair;
}

/**
 * An attacker who has the recording and, what a broker never has, every X25519 secret of one side: all that stands between
 * it and the messages is the password. It tries each guess with the library's own code, with a scalar of its own, as nobody
 * but the member knows the member's; with that one, for control, a guess would be confirmed.
 */
test("10,000 guesses at a recorded meeting confirm none and exclude none", { timeout: 600_000 }, () => {
  const { a, b, random } = record();
  const topic = "topic";
  const [keys] = a.keys;
  const box = b.sent.map((data) => decodeDatagram(data)).find((data) => data?.kind === "pair" && data.sealed);
  if (keys === undefined || box?.kind !== "pair" || box.sealed === undefined || box.key === undefined) {
    throw new Error("Nothing was recorded.");
  }
  const theirs = readKeyMessage(box.key, b.id);
  if (theirs === undefined) throw new Error("Not the keys of b.");
  const { sealed } = box;
  const associated = Uint8Array.from([...box.header, ...new TextEncoder().encode(a.id + topic)]);
  const mine = { id: a.id, instance: a.instance, pair: box.toPair || 1 };
  const other = { id: b.id, instance: b.instance, pair: box.pair };
  const open = (password: PasswordRun): Opened =>
    new Agreement(topic, mine, { ...keys, password } satisfies LocalKeys, other, theirs).open(sealed, associated);

  // The control: whoever has the member's own scalar, and so the right guess, reads; so the test can tell.
  expect(keys.password && typeof open(keys.password)).toBe("object");

  const results = new Map<Opened | string, number>();
  const scalar = random.bytes(32);
  for (let index = 0; index < GUESSES; index++) {
    const guess = createPasswordRuns(`guess ${index}`)(topic, mine, other, scalar);
    const opened = open({
      ...guess,
      share: guess.share,
      finish: (share, my, their) => guess.finish(share, my, their),
    });
    const result = typeof opened === "string" ? opened : typeof opened;
    results.set(result, (results.get(result) ?? 0) + 1);
  }
  // The right one, number 4711, looks like all others.
  expect([...results]).toEqual([["mismatch", GUESSES]]);
});
