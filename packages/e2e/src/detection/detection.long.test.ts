import { describe, expect, test } from "vitest";
import { meetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import { describeWith } from "../browser/index.js";
import type * as member from "./member.js";

type Member = RunningActor<typeof member>;

const ENTRY = new URL("./member.ts", import.meta.url);
/** What two processes on a busy machine of two cores take beside the bound. */
const SLACK_MS = 1_500;
/** Either says that the other is no longer there: which, is for `reconnect` to decide. */
const GONE = ["connection:disconnected", "connection:failed", "connection:closed"];

const server = meetingServer();

async function pair(boundMs?: number): Promise<[Member, Member]> {
  const members = await Promise.all([
    startActor<typeof member>(ENTRY, "node"),
    startActor<typeof member>(ENTRY, "node"),
  ]);
  const room = `room ${Math.random()}`;
  await Promise.all(members.map((each) => each.call("join", server.url, room, boundMs)));
  await Promise.all(members.map((each) => each.call("sees", "connection:connected")));
  return members as [Member, Member];
}

const firstGone = (seen: Awaited<ReturnType<typeof member.sees>>): number =>
  seen.find(({ name }) => GONE.includes(name))?.atMs ?? Number.POSITIVE_INFINITY;

describe("two processes", () => {
  test.each([
    ["the bound that is the default", undefined, 5_000],
    ["a bound of its own", 2_500, 2_500],
  ])("one is killed: the other knows within %s", async (_, boundMs, withinMs) => {
    const [one, other] = await pair(boundMs);
    await one.call("say", "hello");
    const killedAt = Date.now();
    await other.kill();
    const tookMs = firstGone(await one.call("sees", ...GONE)) - killedAt;
    console.log(`A killed peer was noticed after ${tookMs} ms, with a bound of ${withinMs} ms.`);
    expect(tookMs).toBeLessThan(withinMs + SLACK_MS);
    await one.call("leave");
    await one.close();
  });

  test("one is killed while it is being sent to: the other knows within the bound", async () => {
    const [one, other] = await pair(3_000);
    void one.call("stream").catch(() => {});
    await one.call("say", "in between");
    const killedAt = Date.now();
    await other.kill();
    const tookMs = firstGone(await one.call("sees", ...GONE)) - killedAt;
    console.log(`A killed peer was noticed after ${tookMs} ms, with a bound of 3000 ms and bulk under way.`);
    expect(tookMs).toBeLessThan(3_000 + SLACK_MS);
    await one.call("leave");
  });

  test("one is stopped for 3 s: nothing happens, and the session goes on", async () => {
    const [one, other] = await pair();
    process.kill(other.pid ?? 0, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    process.kill(other.pid ?? 0, "SIGCONT");
    await Promise.all([one.call("say", "still there?"), other.call("hears", "still there?")]);
    await Promise.all([other.call("say", "yes"), one.call("hears", "yes")]);
    for (const each of [one, other]) {
      const names = (await each.call("sees", "connection:connected")).map(({ name }) => name);
      expect(names).toEqual(["connection:new", "connection:connecting", "connection:connected"]);
    }
    await Promise.all([one.call("leave"), other.call("leave")]);
    await Promise.all([one.close(), other.close()]);
  });

  test("one that leaves says so, and is known to have left at once", async () => {
    const [one, other] = await pair();
    const leftAt = Date.now();
    await other.call("leave");
    const closed = (await one.call("sees", "connection:closed")).at(-1);
    expect(closed?.reason).toBe("left");
    expect((closed?.atMs ?? 0) - leftAt).toBeLessThan(SLACK_MS);
    await one.call("leave");
  });
});

describeWith(["chromium"], "a page of Chromium", (browser) => {
  test("that goes elsewhere says goodbye", async () => {
    const page = await startActor<typeof member>(ENTRY, browser("chromium"));
    const node = await startActor<typeof member>(ENTRY, "node");
    await Promise.all([page.call("join", server.url, "leaving"), node.call("join", server.url, "leaving")]);
    await Promise.all([page.call("sees", "connection:connected"), node.call("sees", "connection:connected")]);
    const leftAt = Date.now();
    await page.call("goElsewhere");
    const closed = (await node.call("sees", "connection:closed")).at(-1);
    expect(closed?.reason).toBe("left");
    expect((closed?.atMs ?? 0) - leftAt).toBeLessThan(SLACK_MS);
    await node.call("leave");
  });

  test("and Node tell the quality of their connection, and statistics of the same shape", async () => {
    const members = await Promise.all([
      startActor<typeof member>(ENTRY, browser("chromium")),
      startActor<typeof member>(ENTRY, "node"),
    ]);
    await Promise.all(members.map((each) => each.call("join", server.url, "quality")));
    await Promise.all(members.map((each) => each.call("sees", "connection:connected")));
    const [page, node] = await Promise.all(members.map((each) => each.call("quality")));
    expect([page?.level, node?.level]).toEqual(["good", "good"]);
    expect(Object.keys(page?.stats ?? {}).sort()).toEqual(Object.keys(node?.stats ?? {}).sort());
    expect(node?.stats).toEqual({
      roundTripTimeMs: expect.any(Number),
      bytesSent: expect.any(Number),
      bytesReceived: expect.any(Number),
      bitrateSent: expect.any(Number),
      bitrateReceived: expect.any(Number),
      relayed: false,
      selectedCandidatePair: expect.any(Object),
    });
    await Promise.all(members.map((each) => each.call("leave")));
  });

  test("in the background, whose timers are held back, is not taken for dead, nor takes the other for dead", async () => {
    const page = await startActor<typeof member>(ENTRY, browser("chromium"));
    const node = await startActor<typeof member>(ENTRY, "node");
    await Promise.all([page, node].map((each) => each.call("join", server.url, "background", 2_000)));
    await Promise.all([page, node].map((each) => each.call("sees", "connection:connected")));
    await page.call("hide");
    await node.call("talk", "are you there?", 1_500);
    await page.call("hears", "are you there?");
    // Silent for twice the bound: pings alone, which it answers.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await Promise.all([node.call("say", "still there?"), page.call("hears", "still there?")]);
    for (const each of [page, node]) {
      const names = (await each.call("sees", "connection:connected")).map(({ name }) => name);
      expect(names).toEqual(["connection:new", "connection:connecting", "connection:connected"]);
    }
    await Promise.all([page.call("leave"), node.call("leave")]);
  });

  test("whose JavaScript does not run for longer than the bound is not taken for dead by another page", async () => {
    const pages = await Promise.all([
      startActor<typeof member>(ENTRY, browser("chromium")),
      startActor<typeof member>(ENTRY, browser("chromium")),
    ]);
    const [one, other] = pages as [Member, Member];
    await Promise.all(pages.map((page) => page.call("join", server.url, "blocked", 2_500)));
    await Promise.all(pages.map((page) => page.call("sees", "connection:connected")));
    await other.call("block", 6_000);
    await Promise.all([one.call("say", "still there?"), other.call("hears", "still there?")]);
    for (const each of pages) {
      const names = (await each.call("sees", "connection:connected")).map(({ name }) => name);
      expect(names).toEqual(["connection:new", "connection:connecting", "connection:connected"]);
    }
    await Promise.all(pages.map((page) => page.call("leave")));
  });
});
