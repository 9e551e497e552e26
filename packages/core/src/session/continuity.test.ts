import { assertNothingLeft } from "@peerhood/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { createPair, leave, type PairMember, type PairOfPeers } from "./testing/pair-of-peers.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

function collect({ peer }: PairMember): string[] {
  const got: string[] = [];
  peer.on("channel:message", ({ data }) => {
    void data.then(
      (value) => got.push(typeof value === "string" ? value : `${(value as ArrayBuffer).byteLength} bytes`),
      (error: { code: string }) => got.push(error.code),
    );
  });
  return got;
}

async function outage({ network, clock }: PairOfPeers, ms: number): Promise<void> {
  network.partition(["a"]);
  await clock.advance(ms);
  network.heal();
}

describe("a connection that is lost", () => {
  test("is replaced: the same remote, its channels open, nothing lost, nothing doubled", async () => {
    const pair = await createPair({ traceTimers: true });
    const { clock, members } = pair;
    const [a, b] = members;
    await clock.runUntil(Promise.all([a.remote().open("chat"), b.remote().open("files")]));
    const [gotA, gotB] = [collect(a), collect(b)];
    const remotes = members.map(({ remote }) => remote());
    const natives = members.map(({ remote }) => remote().channels.get("chat"));
    const file = a.remote().send(new Uint8Array(3_000_000), "files");
    const sent = [];
    for (let i = 0; i < 20; i++) {
      sent.push(a.remote().send(`a${i}`, "chat"), b.remote().send(`b${i}`, "chat"));
      await clock.advance(10);
    }
    pair.network.partition(["a"]);
    for (let i = 20; i < 40; i++) sent.push(a.remote().send(`a${i}`, "chat"), b.remote().send(`b${i}`, "chat"));
    await outage(pair, 20_000);
    await clock.runUntil(Promise.all([file, ...sent]));

    expect(gotB.filter((each) => each.startsWith("a"))).toEqual(Array.from({ length: 40 }, (_, i) => `a${i}`));
    expect(gotA).toEqual(Array.from({ length: 40 }, (_, i) => `b${i}`));
    expect(gotB.filter((each) => each === "3000000 bytes")).toHaveLength(1);
    expect(members.map(({ remote }) => remote())).toEqual(remotes);
    for (const { events, errors } of members) {
      expect(errors).toEqual([]);
      expect(events.filter((each) => each.startsWith("open") || each.startsWith("close"))).toHaveLength(2);
      expect(events.filter((each) => !each.includes(" ") || each.includes("again"))).toEqual([
        "new",
        "connecting",
        "connected",
        "disconnected",
        "connecting",
        "connected again",
      ]);
    }
    for (const [index, { remote }] of members.entries()) {
      expect(remote().channels.get("chat")).not.toBe(natives[index]);
      expect(remote().channels.get("chat")?.readyState).toBe("open");
    }
    await leave(pair);
    await assertNothingLeft(pair.network);
  });

  test("comes back by itself before another is there: then it stays", async () => {
    const pair = await createPair();
    const { clock, members, network } = pair;
    const natives = members.map(({ remote }) => remote().connection);
    // The broker is away as well, so nothing can be built.
    for (const { driver } of members) driver.goOffline();
    await outage(pair, 3_000);
    await clock.advance(2_000);
    expect(members.map(({ remote }) => remote().state)).toEqual(["connected", "connected"]);
    expect(members.map(({ remote }) => remote().connection)).toEqual(natives);
    expect(members.map(({ events }) => events.at(-1))).toEqual(["connected again", "connected again"]);
    for (const { driver } of members) driver.goOnline();
    await clock.advance(60_000);
    expect(members.map(({ remote }) => remote().connection)).toEqual(natives);
    await leave(pair);
    await assertNothingLeft(network);
  });

  test("and the broker with it: both are built anew when that is back", async () => {
    const pair = await createPair();
    const { clock, members } = pair;
    const [a] = members;
    for (const { driver } of members) driver.goOffline();
    await outage(pair, 20_000);
    expect(a.remote().state).not.toBe("connected");
    for (const { driver } of members) driver.goOnline();
    await clock.advance(1_000);
    expect(members.map(({ remote }) => remote().state)).toEqual(["connected", "connected"]);
    await leave(pair);
    await assertNothingLeft(pair.network);
  });

  test.each([0, 1])(
    "on side %i only, which opens a channel then: it waits for a connection that both have",
    async (side) => {
      const pair = await createPair();
      const { clock, members, network } = pair;
      const [one, other] = (side === 0 ? members : members.toReversed()) as [PairMember, PairMember];
      const got = collect(other);
      // It hears nothing for a while, and is heard: it takes the connection, which lives, for lost. It can build none.
      for (const { driver } of members) driver.goOffline();
      network.link(other.host, one.host, { loss: 1 }, { oneWay: true });
      one.machine().networkChanged();
      await clock.advance(2_200);
      network.link(other.host, one.host, { loss: 0 }, { oneWay: true });
      expect([one, other].map(({ remote }) => remote().state)).toEqual(["disconnected", "connected"]);
      const sent = one
        .remote()
        .open("new")
        .then(() => one.remote().send("well", "new"));
      // The other side answers at once when it hears of it.
      const answered = new Promise((resolve) => {
        other.peer.once("channel:open", () => resolve(other.remote().send("hello", "new")));
      });
      await clock.advance(3_000);
      for (const { driver } of members) driver.goOnline();
      await clock.runUntil(Promise.all([sent, answered]));
      expect(got).toEqual(["well"]);
      for (const { events, errors } of members) {
        expect(errors).toEqual([]);
        expect(events.filter((each) => each.endsWith(" new"))).toEqual(["open new"]);
      }
      await leave(pair);
      await assertNothingLeft(network);
    },
  );

  test("a request that is under way is answered once", async () => {
    const pair = await createPair();
    const { clock, members } = pair;
    const [a, b] = members;
    let asked = 0;
    b.peer.respond("slow", async ({ data }) => {
      asked++;
      const value = await data;
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, 8_000));
      return `${String(value)}!`;
    });
    const reply = a.remote().request("slow", "well");
    await clock.advance(500);
    await outage(pair, 12_000);
    expect(await clock.runUntil(reply)).toBe("well!");
    expect(asked).toBe(1);
    await leave(pair);
    await assertNothingLeft(pair.network);
  });

  test("for longer than reconnect.timeoutMs: the transfers fail, and the error says what was tried", async () => {
    const pair = await createPair({ peer: { reconnect: { timeoutMs: 10_000 } } });
    const { clock, members } = pair;
    const [a] = members;
    const failures: string[] = [];
    a.peer.on("connection:failed", ({ error }) => void failures.push(`${error.code} ${error.message}`));
    const transfer = a.remote().send("into the void");
    const failed = expect(transfer).rejects.toMatchObject({ code: "RECONNECT_FAILED" });
    await outage(pair, 20_000);
    await failed;
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/^RECONNECT_FAILED .* within 10000 ms\. \d+ attempts were made; the last one: /);
    await clock.advance(60_000);
    // Both meet again as strangers.
    expect(members.map(({ remote }) => remote().state)).toEqual(["connected", "connected"]);
    expect(a.events.slice(-4)).toEqual(["closed (failed)", "new", "connecting", "connected"]);
    await leave(pair);
    await assertNothingLeft(pair.network);
  });

  test("with reconnect: false ends that remote", async () => {
    const pair = await createPair({ peer: { reconnect: false } });
    const { clock, members } = pair;
    await outage(pair, 10_000);
    await clock.advance(30_000);
    for (const { events, remote } of members) {
      expect(events.some((event) => event.startsWith("closed"))).toBe(true);
      expect(events).not.toContain("connected again");
      expect(remote().state).toBe("connected");
    }
    await leave(pair);
    await assertNothingLeft(pair.network);
  });
});
