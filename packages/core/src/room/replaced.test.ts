import { SimulatedStream } from "@peerhood/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { createIdentity } from "../sealing/identity.js";
import { Members, type Member } from "./testing/members.js";

beforeAll(() => Members.warmUp());

/** Both sessions have one id, so the name says nothing. */
function closings({ heard }: Member): string[] {
  return heard.filter((event) => event.startsWith("closed")).map((event) => event.split(" ", 2).join(" "));
}

describe("two sessions of one identity in a room", () => {
  test.each([undefined, "password"])(
    "the newer stays, the older leaves and stays away (password: %s)",
    async (word) => {
      const password = word === undefined ? {} : { password: word };
      for (let seed = 0; seed < 4; seed++) {
        const room = new Members({ seed, signaling: { latencyMs: 20, jitterMs: 100, loss: 0.2, duplicate: 0.2 } });
        const identity = await createIdentity();
        const other = room.create("other");
        const [older, newer] = [room.create("older", { identity }), room.create("newer", { identity })];
        await room.join(other, password);
        await room.join(older, password);
        await room.clock.advance(2_000);
        await room.join(newer, password);
        await room.clock.advance(60_000);
        expect(older.errors.map(({ code }) => code)).toEqual(["IDENTITY_REPLACED"]);
        expect([older.peer.active, older.peer.id]).toEqual([false, ""]);
        expect(newer.errors).toEqual([]);
        expect(room.connected(other)).toEqual(["newer"]);
        expect(room.connected(newer)).toEqual(["other"]);
        expect(newer.peer.id).toBe(identity.id);
        expect(closings(other)).toEqual(["closed replaced"]);
        await room.end();
      }
    },
  );

  test("whoever joins at the same moment: one stays", async () => {
    for (let seed = 0; seed < 4; seed++) {
      const room = new Members({ seed, signaling: { latencyMs: 20, jitterMs: 100, loss: 0.2 } });
      const identity = await createIdentity();
      const both = [room.create("a", { identity }), room.create("b", { identity })];
      await room.join(both);
      await room.clock.advance(60_000);
      expect(both.filter(({ peer }) => peer.active).length).toBe(1);
      await room.end();
    }
  });

  test("the others hear the reason, and the next session has the same id", async () => {
    const room = new Members();
    const identity = await createIdentity();
    const other = room.create("other");
    const [older, newer] = [room.create("older", { identity }), room.create("newer", { identity })];
    await room.join(other);
    await room.join(older);
    await room.clock.advance(2_000);
    const [before] = [...other.peer.remotes.values()];
    await room.join(newer);
    await room.clock.advance(2_000);
    expect(closings(other)).toEqual(["closed replaced"]);
    const [after] = [...other.peer.remotes.values()];
    expect([before?.id, after?.id, before === after]).toEqual([identity.id, identity.id, false]);
    await room.end();
  });
});

test("both ends show one fingerprint from the first event on, another pair another", async () => {
  const room = new Members();
  const members = ["a", "b", "c"].map((name) => room.create(name));
  const seen = new Map<string, string>();
  for (const { peer, name } of members) {
    peer.on("connection:new", ({ remote }) => {
      expect(remote.fingerprint.words.split(" ")).toHaveLength(4);
      seen.set(`${name} ${room.nameOf(remote.id)}`, `${remote.fingerprint.words} ${remote.fingerprint.emoji}`);
    });
  }
  for (const member of members) await room.join(member);
  await room.clock.advance(2_000);
  expect([seen.get("a b"), seen.get("a c"), seen.get("b c")]).toEqual([
    seen.get("b a"),
    seen.get("c a"),
    seen.get("c b"),
  ]);
  expect(new Set(seen.values()).size).toBe(3);
  await room.end();
});

test("kick: that id is told and is not let in again until the kicker leaves; others are not concerned", async () => {
  const room = new Members();
  const identity = await createIdentity();
  const [host, guest, third] = [room.create("host"), room.create("guest", { identity }), room.create("third")];
  for (const member of [host, guest, third]) await room.join(member);
  await room.clock.advance(2_000);
  await room.clock.runUntil(host.peer.kick(guest.peer.id, "Please be quiet."));
  await room.clock.advance(1_000);
  expect(guest.heard.at(-1)).toBe("closed kicked host: Please be quiet.");
  expect(host.heard.at(-1)).toBe("closed kicked guest: Please be quiet.");
  expect(room.connected(guest)).toEqual(["third"]);
  await room.clock.runUntil(guest.peer.leave());
  await room.join(guest);
  await room.clock.advance(20_000);
  expect([room.connected(host), room.connected(guest)]).toEqual([["third"], ["third"]]);
  expect(guest.heard).toContain("closed refused host");
  await room.clock.runUntil(host.peer.leave());
  await expect(host.peer.kick(guest.peer.id)).rejects.toMatchObject({ code: "NOT_JOINED" });
  await room.join(host);
  await room.clock.advance(5_000);
  expect(room.connected(host)).toEqual(["guest", "third"]);
  await room.end();
});

test("leave() while it still leaves ends what was joined, opened and shared since", async () => {
  const room = new Members();
  const [a, b] = [room.create("a"), room.create("b")];
  await room.join([a, b]);
  const first = a.peer.leave();
  const joining = expect(a.peer.join("room")).rejects.toMatchObject({ code: "ABORTED" });
  a.peer.share({ label: "camera", stream: new SimulatedStream("camera", []) });
  void a.peer.open("chat");
  await room.clock.runUntil(Promise.all([first, a.peer.leave(), joining]));
  expect(a.peer.toJSON()).toMatchObject({ active: false, streams: [], channels: [] });
  await room.end();
});
