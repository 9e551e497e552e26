import { SeededRandom, VirtualClock } from "@peerhood/testing";
import { describe, expect, test } from "vitest";
import { createIdentityKey } from "../sealing/identity-key.js";
import { createPair, HandshakeMember } from "./testing/handshake-member.js";

/** Lets two members hear each other, each after `delayMs`. */
function connect(clock: VirtualClock, hub: HandshakeMember, others: readonly HandshakeMember[], delayMs = 20): void {
  const carry = (to: HandshakeMember, data: Uint8Array): void => void clock.setTimeout(() => to.deliver(data), delayMs);
  // Each drops what is not for it, as each does that hears a whole topic.
  hub.onSent = (data) => others.forEach((other) => carry(other, data));
  for (const other of others) other.onSent = (data) => carry(hub, data);
}

/** Guesses once, as a stranger under a new id; whether it was answered by a box, which shows whether the guess is right. */
async function guess(clock: VirtualClock, victim: HandshakeMember, random: SeededRandom): Promise<boolean> {
  const stranger = new HandshakeMember(clock, random, "a guess");
  victim.onSent = (data) => stranger.deliver(data);
  stranger.onSent = (data) => victim.deliver(data);
  stranger.handshakes.receiveHello(victim.id, victim.instance);
  await clock.advance(100);
  stranger.handshakes.close();
  return stranger.mismatches.length > 0;
}

describe("a password", () => {
  test("the same: they meet, with one fingerprint; another: both know, and nothing else is told", () => {
    const same = createPair("same", "word", "word");
    same.a.handshakes.receiveHello(same.b.id, same.b.instance);
    same.a.tell("hello");
    same.b.tell("hello back");
    expect([same.a.heard, same.b.heard]).toEqual([["hello back"], ["hello"]]);
    expect(same.a.live?.fingerprint).toBeDefined();
    expect(same.a.live?.fingerprint).toEqual(same.b.live?.fingerprint);
    const other = createPair("other", "word", "another word");
    other.a.handshakes.receiveHello(other.b.id, other.b.instance);
    expect([other.a.mismatches, other.b.mismatches]).toEqual([[other.b.id], [other.a.id]]);
    expect([other.a.met, other.b.met]).toEqual([[], []]);
    const sent = other.a.sent.length + other.b.sent.length;
    other.a.handshakes.receiveHello(other.b.id, other.b.instance);
    expect(other.a.sent.length + other.b.sent.length).toBe(sent);
  });

  test("a newcomer meets forty members within a second, ten at a time", async () => {
    const clock = new VirtualClock();
    const random = new SeededRandom("forty");
    const newcomer = new HandshakeMember(clock, random, "word");
    const members = Array.from({ length: 40 }, () => new HandshakeMember(clock, random, "word"));
    connect(clock, newcomer, members);
    for (const member of members) member.handshakes.receiveHello(newcomer.id, newcomer.instance);
    // What the sessions above do as soon as they are made.
    for (let step = 0; step < 20; step++) {
      await clock.advance(50);
      for (const member of members) if (member.live && !member.live.fingerprint) member.tell("hello");
    }
    expect(newcomer.met.length).toBe(40);
  });

  test("ten strangers a minute may guess, all ids together; then pauses; who was met before may come at any time", async () => {
    const clock = new VirtualClock();
    const random = new SeededRandom("guesses");
    const victim = new HandshakeMember(clock, random, "word");
    const friend = createIdentityKey(random.bytes(32));
    const visit = async (identity = friend): Promise<number> => {
      const before = victim.met.length;
      const stay = new HandshakeMember(clock, random, "word", identity);
      connect(clock, victim, [stay], 1);
      stay.handshakes.receiveHello(victim.id, victim.instance);
      await clock.advance(100);
      stay.tell("hello");
      await clock.advance(500);
      stay.handshakes.close();
      return victim.met.length - before;
    };
    expect(await visit()).toBe(1);
    let answered = 0;
    for (let count = 0; count < 60; count++) if (await guess(clock, victim, random)) answered++;
    expect(answered).toBe(10);
    expect(victim.mismatches.length).toBe(10);
    // Honest strangers are held up by that, a friend is not.
    expect(await visit(createIdentityKey(random.bytes(32)))).toBe(0);
    expect(await visit()).toBe(1);
    await clock.advance(61_000);
    expect(await visit(createIdentityKey(random.bytes(32)))).toBe(1);
    expect([await guess(clock, victim, random), await guess(clock, victim, random)]).toEqual([true, false]);
  });

  test("who asks for an answer and then falls silent has used up a guess", async () => {
    const clock = new VirtualClock();
    const random = new SeededRandom("silent");
    const victim = new HandshakeMember(clock, random, "word");
    let boxes = 0;
    for (let count = 0; count < 40; count++) {
      const stranger = new HandshakeMember(clock, random, "a guess");
      let asked = false;
      stranger.onSent = (data) => {
        if (!asked) victim.deliver(data);
        asked = true;
      };
      // A box is longer than keys alone.
      victim.onSent = (data) => void (data.length > 190 && boxes++);
      stranger.handshakes.receiveHello(victim.id, victim.instance);
      stranger.handshakes.close();
      await clock.advance(1_000);
    }
    expect(boxes).toBe(10);
  });
});
