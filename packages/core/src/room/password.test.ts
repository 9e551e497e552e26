import { beforeAll, describe, expect, test } from "vitest";
import { Members } from "./testing/members.js";

beforeAll(() => Members.warmUp());

describe("a room with a password", () => {
  test("members with the same password meet; one with another, or with none, is told so at both ends", async () => {
    const room = new Members();
    const [a, b, wrong, none] = ["a", "b", "wrong", "none"].map((name) => room.create(name));
    if (!a || !b || !wrong || !none) throw new Error("Four members.");
    await room.join(a, { password: "café", metadata: "secret" });
    await room.join(b, { password: "cafe\u0301" });
    await room.join(wrong, { password: "coffee" });
    await room.join(none);
    await room.clock.advance(60_000);
    expect([a, b, wrong, none].map((member) => room.connected(member))).toEqual([["b"], ["a"], [], []]);
    const mismatches = ({ errors }: typeof a): string[] => {
      expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["PASSWORD_MISMATCH"]));
      return errors.map(({ remoteId }) => room.nameOf(remoteId ?? "")).sort();
    };
    expect(mismatches(a)).toEqual(["none", "wrong"]);
    expect(mismatches(b)).toEqual(["none", "wrong"]);
    expect(mismatches(wrong)).toEqual(["a", "b", "none"]);
    expect(mismatches(none)).toEqual(["a", "b", "wrong"]);
    expect(wrong.heard).toEqual([]);
    expect(wrong.peer.remotes.size).toBe(0);
    await room.end();
  });

  test("both ends are told, and once, over a broker that loses, doubles and delays", async () => {
    for (let seed = 0; seed < 8; seed++) {
      const room = new Members({ seed, signaling: { latencyMs: 30, jitterMs: 300, loss: 0.3, duplicate: 0.3 } });
      const [a, b] = [room.create("a"), room.create("b")];
      await room.join(a, { password: "one" });
      await room.join(b, { password: "two" });
      await room.clock.advance(90_000);
      for (const { errors, heard } of [a, b]) {
        expect([errors.map(({ code }) => code), heard]).toEqual([["PASSWORD_MISMATCH"], []]);
      }
      await room.end();
    }
  });

  test("whoever left and comes with the right one is let in", async () => {
    const room = new Members();
    const [a, b] = [room.create("a"), room.create("b")];
    await room.join(a, { password: "right" });
    await room.join(b, { password: "wrong" });
    await room.clock.advance(1_000);
    await room.clock.runUntil(b.peer.leave());
    await room.join(b, { password: "right" });
    await room.clock.advance(5_000);
    expect(room.connected(a)).toEqual(["b"]);
    await room.end();
  });

  test("a password that is none is refused, and not repeated", async () => {
    const room = new Members();
    const { peer } = room.create("a");
    for (const password of ["", 1234567 as unknown as string]) {
      await expect(peer.join({ room: "room", password })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      await expect(peer.join({ room: "room", password })).rejects.not.toThrow("1234567");
    }
  });
});
