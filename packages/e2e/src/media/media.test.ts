// Streams between browsers: real Chromium and Firefox with fake devices, over a real server.
import { startServer } from "@peerhood/server";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { killActors, startActor, type RunningActor } from "../actors/start-actor.js";
import { describeWith, type BrowserName, type TestBrowser } from "../browser/index.js";
import type * as mediaActor from "./media-actor.js";

type Member = RunningActor<typeof mediaActor>;

const ENTRY = new URL("./media-actor.ts", import.meta.url);
const ROUNDS = 100;

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer({ port: 0, host: "127.0.0.1" });
});
afterEach(killActors);
afterAll(() => server.close());

let rooms = 0;
async function meet(...browsers: TestBrowser[]): Promise<[Member, Member]> {
  const room = `media ${rooms++}`;
  const members = await Promise.all(browsers.map((browser) => startActor<typeof mediaActor>(ENTRY, browser)));
  await Promise.all(members.map((member) => member.call("join", server.url, room)));
  return members as [Member, Member];
}

async function end(...members: Member[]): Promise<void> {
  for (const member of members) expect(await member.call("leave")).toEqual([]);
  await Promise.all(members.map((member) => member.close()));
}

function scenario([a, b]: readonly [BrowserName, BrowserName], browser: (name: BrowserName) => TestBrowser): void {
  const pair = (): Promise<[Member, Member]> => meet(browser(a), browser(b));

  test(`${a} shares with ${b}: added, updated by difference, removed`, async () => {
    const [from, to] = await pair();
    await from.call("share", "camera", ["audio", "video"]);
    const added = await to.call("eventsUntil", 3);
    expect(added[0]).toBe("stream:add camera");
    expect(added.slice(1).sort()).toEqual(["track:add camera audio", "track:add camera video"]);
    const sound = await to.call("plays", "camera", "audio");
    const picture = await to.call("plays", "camera", "video");

    // Another camera takes the place of the first; the microphone goes on, and nobody sees a change.
    await from.call("share", "camera", ["audio", "video"], ["audio"]);
    expect(await to.call("plays", "camera", "video")).toBe(picture);
    expect(await to.call("plays", "camera", "audio")).toBe(sound);
    expect([await from.call("sections"), await to.call("sections")]).toEqual([2, 2]);

    await from.call("share", "camera", ["audio"], ["audio"]);
    expect(await to.call("eventsUntil", 1)).toEqual(["track:remove camera video"]);
    expect(await to.call("plays", "camera", "audio")).toBe(sound);

    // A second stream takes the section that is free.
    await from.call("share", "screen", ["video"]);
    expect(await to.call("eventsUntil", 2)).toEqual(["stream:add screen", "track:add screen video"]);
    await to.call("plays", "screen", "video");
    expect(await to.call("sections")).toBe(2);

    expect(await from.call("unshare", "camera")).toBe(true);
    expect(await to.call("eventsUntil", 2)).toEqual(["track:remove camera audio", "stream:remove camera"]);
    expect(await from.call("unshare", "screen")).toBe(true);
    expect(await to.call("eventsUntil", 2)).toEqual(["track:remove screen video", "stream:remove screen"]);
    await end(from, to);
  });

  test(`${a} and ${b} share in the same tick, ${ROUNDS} times: both always arrive`, async () => {
    const members = await pair();
    const each = (call: (member: Member) => Promise<unknown>): Promise<unknown> => Promise.all(members.map(call));
    await each((member) => member.call("share", "camera", ["audio", "video"]));
    await each((member) => member.call("plays", "camera", "video").catch(() => member.call("labelsUntil", "camera")));
    for (let round = 0; round < ROUNDS; round++) {
      await each((member) => member.call("shareSilence", "more"));
      await each((member) => member.call("labelsUntil", "camera", "more"));
      await each((member) => member.call("unshare", "more"));
      await each((member) => member.call("labelsUntil", "camera"));
    }
    await each((member) => member.call("plays", "camera", "audio"));
    expect(await Promise.all(members.map((member) => member.call("sections")))).toEqual([3, 3]);
    await end(...members);
  });
}

describeWith(["chromium"], "media between Chromium and Chromium", (browser) => {
  scenario(["chromium", "chromium"], browser);

  test("parameters reach the browser's sender", async () => {
    const [from, to] = await meet(browser("chromium"), browser("chromium"));
    await from.call("shareLimited", "camera", 200_000);
    await to.call("labelsUntil", "camera");
    await to.call("plays", "camera", "video");
    expect(await from.call("maxBitrates")).toEqual([200_000]);
    await end(from, to);
  });
});
describeWith(["chromium", "firefox"], "media between Chromium and Firefox", (browser) => {
  scenario(["chromium", "firefox"], browser);
  scenario(["firefox", "chromium"], browser);
});
