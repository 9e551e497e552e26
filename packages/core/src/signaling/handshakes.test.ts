import { SeededRandom } from "@peerhood/testing";
import { fc } from "@peerhood/testing/test-support/fast-check";
import { describe, expect, test } from "vitest";
import { AGREEMENTS_BURST } from "../sealing/constants.js";
import { Agreement } from "../sealing/agreement.js";
import { createIdentityKey } from "../sealing/identity-key.js";
import { readKeyMessage } from "../sealing/key-message.js";
import { createLocalKeys } from "../sealing/local-keys.js";
import { encodeBase32 } from "../util/base32.js";
import { decodeDatagram, encodePairHeader } from "./datagram.js";
import { createPair, HandshakeMember as Member } from "./testing/handshake-member.js";

/** Both have met, and know it. */
function createMet(seed: string): ReturnType<typeof createPair> {
  const pair = createPair(seed);
  pair.a.handshakes.receiveHello(pair.b.id, pair.b.instance);
  for (const member of [pair.a, pair.b]) member.tell("");
  pair.b.tell("");
  expect([pair.a.met.length, pair.b.met.length]).toEqual([1, 1]);
  return pair;
}

describe("Handshakes", () => {
  test("end in one pair that both sides have, whatever happens to the datagrams", async () => {
    const network = fc.record({ loss: fc.double({ min: 0, max: 0.5, noNaN: true }), delayMs: fc.nat(900) });
    await fc.assert(
      fc.asyncProperty(network, fc.nat(), fc.constantFrom("a", "b", "both"), async ({ loss, delayMs }, seed, first) => {
        const { clock, random, a, b } = createPair(seed);
        const carry = (to: Member) => (data: Uint8Array) => {
          for (const copy of [data, data]) {
            if (!random.chance(loss)) clock.setTimeout(() => to.deliver(copy), random.below(delayMs + 1));
          }
        };
        a.onSent = carry(b);
        b.onSent = carry(a);
        if (first !== "b") a.handshakes.receiveHello(b.id, b.instance);
        if (first !== "a") b.handshakes.receiveHello(a.id, a.instance);
        // What the pipe does above: whoever has met repeats what is not acknowledged.
        const repeat = (member: Member, word: string, left: number): void => {
          member.tell(word);
          if (left > 0) clock.setTimeout(() => repeat(member, word, left - 1), 300);
        };
        repeat(a, "from a", 40);
        repeat(b, "from b", 40);
        await clock.advance(14_000);
        expect([a.met.length, b.met.length]).toEqual([1, 1]);
        expect([new Set(a.heard), new Set(b.heard)]).toEqual([new Set(["from b"]), new Set(["from a"])]);
        expect(a.live?.fingerprint).toEqual(b.live?.fingerprint);
        expect(a.live?.fingerprint).toBeDefined();
        a.handshakes.close();
        b.handshakes.close();
        await clock.advance(20_000);
        expect(clock.pendingCount).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test("a recording of an earlier meeting does nothing, in this stay or the next", () => {
    const { clock, random, a, b } = createMet("replay");
    a.tell("once");
    const heard = [...b.heard];
    const recording = [...a.sent];
    const sentBefore = b.sent.length;
    b.onSent = () => {};
    for (const data of recording) b.deliver(data);
    expect(b.heard).toEqual(heard);
    expect(b.sent.length).toBe(sentBefore);
    const next = new Member(clock, random, undefined, createIdentityKey(new SeededRandom("next").bytes(32)));
    for (const data of recording) next.deliver(data);
    expect([next.met, next.sent]).toEqual([[], []]);
  });

  test("a side that gave up, while the other has met it, hears of that with the other's next word", async () => {
    const { clock, a, b } = createPair("late");
    const deliver = a.onSent;
    // What shows b that a has its keys is lost for longer than b tries.
    a.onSent = (data) => {
      const datagram = decodeDatagram(data);
      if (datagram?.kind === "pair" && datagram.sealed === undefined) deliver(data);
    };
    a.handshakes.receiveHello(b.id, b.instance);
    expect([a.met.length, b.met.length]).toEqual([1, 0]);
    await clock.advance(20_000);
    expect(b.handshakes.isBusy).toBe(false);
    a.onSent = deliver;
    a.tell("are you there?");
    b.tell("yes");
    a.tell("good");
    expect([a.met.length, b.met.length]).toEqual([2, 1]);
    expect(b.heard).toContain("good");
  });

  test("keys under somebody else's name meet nobody, and keep nobody from meeting", () => {
    const { random, a, b } = createPair("forged");
    const forger = createIdentityKey(random.bytes(32));
    const genuine = b.sent;
    a.onSent = (data) => {
      const own = decodeDatagram(data);
      // Before each genuine datagram reaches b, five in the name of a do, with ephemerals of the forger.
      if (own?.kind === "pair" && own.key !== undefined) {
        const name = { ...forger, publicKey: own.key.subarray(0, 32) };
        const keys = Array.from({ length: 5 }, () => createLocalKeys(name, (length) => random.bytes(length)));
        for (const { message } of keys) b.deliver(encodePairHeader(own, message.bytes));
      }
      b.deliver(data);
    };
    a.handshakes.receiveHello(b.id, b.instance);
    a.tell("hello");
    expect([a.met.length, b.met.length]).toEqual([1, 1]);
    expect(b.heard).toEqual(["hello"]);
    expect(genuine.length).toBeGreaterThan(5);
  });

  test("the nonce of the fingerprint is not told before it is certain for which keys of the other side it is", () => {
    const { random, a, b } = createPair("grind");
    const plaintexts: string[] = [];
    // A stranger that answers what it hears with several key messages, to choose among them once it knows the nonce.
    const stranger = createIdentityKey(random.bytes(32));
    b.onSent = (data) => {
      const heard = decodeDatagram(data);
      if (heard?.kind !== "pair" || heard.key === undefined) return;
      const theirs = readKeyMessage(heard.key, b.id);
      if (theirs === undefined) throw new Error("It has no keys.");
      for (const [index, keys] of many.entries()) {
        const [mine, other] = [
          { id: stranger.id, instance: a.instance, pair: index + 1 },
          { id: b.id, instance: heard.instance, pair: heard.pair },
        ];
        const opened =
          heard.sealed &&
          new Agreement("topic", mine, keys, other, theirs).open(
            heard.sealed,
            Uint8Array.from([...heard.header, ...new TextEncoder().encode(`${stranger.id}topic`)]),
          );
        if (opened !== undefined) plaintexts.push(new TextDecoder().decode(opened as Uint8Array));
      }
    };
    const many = Array.from({ length: 3 }, () => createLocalKeys(stranger, (length) => random.bytes(length)));
    const header = { from: stranger.id, instance: a.instance, toInstance: b.instance, toPair: 0 };
    for (const [index, keys] of many.entries()) {
      b.deliver(encodePairHeader({ ...header, pair: index + 1 }, keys.message.bytes));
    }
    expect(plaintexts).toEqual(many.map(() => JSON.stringify({ a: 0, s: 0, m: [] })));
  });

  test("a stay that is only claimed leaves the live pair alone; one that is shown takes its place", () => {
    const { clock, random, a, b } = createMet("claimed");
    a.handshakes.receiveHello(b.id, encodeBase32(random.bytes(10)));
    a.tell("still here");
    expect(b.heard).toContain("still here");
    expect([a.met.length, b.met.length]).toEqual([1, 1]);
    const identity = createIdentityKey(random.bytes(32));
    const [old, young] = [
      new Member(clock, random, undefined, identity),
      new Member(clock, random, undefined, identity),
    ];
    for (const stay of [old, young]) {
      a.onSent = (data) => stay.deliver(data);
      stay.onSent = (data) => a.deliver(data);
      a.handshakes.receiveHello(stay.id, stay.instance);
      stay.tell("");
    }
    expect(a.met.slice(1).map(({ address }) => address.instance)).toEqual([old.instance, young.instance]);
  });

  test("what is ended for ever stays ended, a failed attempt may be followed by another", () => {
    const { a, b } = createMet("ended");
    const meetAgain = (): void => {
      b.handshakes.receiveHello(a.id, a.instance);
      b.tell("");
    };
    const end = (forever: boolean): void => {
      for (const member of [a, b]) if (member.live !== undefined) member.handshakes.end(member.live.address, forever);
    };
    end(false);
    meetAgain();
    expect([a.met.length, b.met.length]).toEqual([2, 2]);
    end(true);
    meetAgain();
    expect([a.met.length, b.met.length]).toEqual([2, 2]);
  });

  test("a flood of claims costs little, and a newcomer gets through it", async () => {
    const { clock, random, a, b } = createPair("flood");
    const claimed = createIdentityKey(random.bytes(32));
    const key = createLocalKeys(claimed, (length) => random.bytes(length)).message.bytes;
    for (let index = 0; index < 10_000; index++) {
      const instance = encodeBase32(random.bytes(10));
      a.deliver(encodePairHeader({ from: claimed.id, instance, pair: 1, toInstance: a.instance, toPair: 0 }, key));
      a.handshakes.receiveHello(encodeBase32(random.bytes(20)), encodeBase32(random.bytes(10)));
    }
    expect(a.keysMade).toBeLessThanOrEqual(AGREEMENTS_BURST);
    expect(clock.pendingCount).toBeLessThanOrEqual(2 * AGREEMENTS_BURST);
    await clock.advance(100);
    a.handshakes.receiveHello(b.id, b.instance);
    expect(a.met.map(({ address }) => address.id)).toContain(b.id);
  });
});
