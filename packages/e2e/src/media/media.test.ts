// Streams between browsers: real Chromium and Firefox with fake devices, over a real server.
import { expect, test } from "vitest";
import { describeWith, type BrowserName, type TestBrowser } from "../browser/index.js";
import { mediaMeetings, type Member } from "./media-meetings.js";

/** A track that is negotiated anew waits for its next key frame, which is seconds. A busy machine takes some of this. */
const MAX_GAP_MS = 500;

const LIMITED = { maxBitrate: 200_000, maxFramerate: 5, scaleResolutionDownBy: 2, priority: "high" } as const;

const QUIET = { maxBitrate: 12_000, priority: "high" } as const;

const { meet, create, end, serverUrl } = mediaMeetings();

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
    await to.call("watchFlow", "camera", "audio");
    await from.call("share", "camera", ["audio", "video"], ["audio"]);
    expect(await to.call("plays", "camera", "video")).toBe(picture);
    expect(await to.call("plays", "camera", "audio")).toBe(sound);
    expect(Math.max(...(await to.call("longestGaps")))).toBeLessThan(MAX_GAP_MS);
    expect([await from.call("sections"), await to.call("sections")]).toEqual([2, 2]);

    // Another microphone, then a second picture, which has to be negotiated: the first one goes on.
    await to.call("watchFlow", "camera", "video");
    await from.call("share", "camera", ["audio", "video"], ["video"]);
    expect(await to.call("plays", "camera", "audio")).toBe(sound);
    await from.call("share", "beside", ["video"]);
    expect(await to.call("eventsUntil", 2)).toEqual(["stream:add beside", "track:add beside video"]);
    await to.call("plays", "beside", "video");
    expect(await to.call("plays", "camera", "video")).toBe(picture);
    expect(Math.max(...(await to.call("longestGaps")))).toBeLessThan(MAX_GAP_MS);
    expect(await from.call("unshare", "beside")).toBe(true);
    expect(await to.call("eventsUntil", 2)).toEqual(["track:remove beside video", "stream:remove beside"]);

    await from.call("share", "camera", ["audio"], ["audio"]);
    expect(await to.call("eventsUntil", 1)).toEqual(["track:remove camera video"]);
    expect(await to.call("plays", "camera", "audio")).toBe(sound);

    // A second stream takes the section that is free.
    await from.call("share", "screen", ["video"]);
    expect(await to.call("eventsUntil", 2)).toEqual(["stream:add screen", "track:add screen video"]);
    await to.call("plays", "screen", "video");
    expect(await to.call("sections")).toBe(3);

    expect(await from.call("unshare", "camera")).toBe(true);
    expect(await to.call("eventsUntil", 2)).toEqual(["track:remove camera audio", "stream:remove camera"]);
    expect(await from.call("unshare", "screen")).toBe(true);
    expect(await to.call("eventsUntil", 2)).toEqual(["track:remove screen video", "stream:remove screen"]);
    await end(from, to);
  });

  test(`${a} shares a track with ${b} in two streams, and one that ends by itself`, async () => {
    const [from, to] = await pair();
    await from.call("share", "camera", ["video"]);
    await from.call("shareAgain", "camera", "again");
    await to.call("labelsUntil", "again", "camera");
    await Promise.all(["camera", "again"].map((label) => to.call("plays", label, "video")));
    await from.call("hold", "camera");
    await from.call("unshare", "camera");
    await to.call("labelsUntil", "again");
    await to.call("plays", "again", "video");
    expect(await from.call("heldStates")).toEqual(["live"]);
    await from.call("unshare", "again");
    // Managed: the light of the camera goes out.
    expect(await from.call("heldStates")).toEqual(["ended"]);
    await to.call("labelsUntil");

    await from.call("sharePicture", "screen");
    await to.call("labelsUntil", "screen");
    await from.call("endPicture");
    expect(await to.call("eventsUntil", 2)).toEqual(["track:remove screen video", "stream:remove screen"]);
    expect(await from.call("ownLabels")).toEqual([]);
    await end(from, to);
  });

  test(`parameters of ${a} reach its sender, and the picture at ${b}`, async () => {
    const [from, to] = await pair();
    await from.call("shareLimited", "camera", { maxBitrate: 900_000 });
    await to.call("labelsUntil", "camera");
    await to.call("plays", "camera", "video");
    const { width, rate } = await to.call("pictureOf", "camera");
    // Three at once: the last one counts, and the first ones do not get in its way.
    await from.call("shareLimited", "camera", { maxFramerate: 1 }, {}, LIMITED);
    await expect.poll(() => from.call("parametersOf", "video")).toEqual([expect.objectContaining(LIMITED)]);
    await expect
      .poll(async () => (await to.call("pictureOf", "camera")).width, { timeout: 30_000 })
      .toBeLessThanOrEqual(width / 2);
    expect((await to.call("pictureOf", "camera")).rate).toBeLessThan(Math.min(rate, LIMITED.maxFramerate * 1.5));

    // No AudioContext runs in a Firefox that has no window and no sound card; its fake microphone is never silent.
    if (a === "chromium") await from.call("shareNoise", "sound");
    else await from.call("share", "sound", ["audio"]);
    await to.call("labelsUntil", "camera", "sound");
    await to.call("plays", "sound", "audio");
    const loud = await to.call("soundRate", "sound");
    await from.call("limitSound", "sound", QUIET);
    await expect.poll(() => from.call("parametersOf", "audio")).toEqual([expect.objectContaining(QUIET)]);
    const limited = await to.call("soundRate", "sound");
    console.log(`${a} to ${b}: sound of ${Math.round(loud)} bit/s, with a limit ${Math.round(limited)}`);
    expect(loud).toBeGreaterThan(QUIET.maxBitrate * 1.6);
    expect(limited).toBeLessThan(QUIET.maxBitrate * 1.5);
    await end(from, to);
  });
}

describeWith(["chromium"], "media between Chromium and Chromium", (browser) => {
  scenario(["chromium", "chromium"], browser);

  test("a late joiner gets what is shared now; what is unshared for one goes on for the others", async () => {
    const room = "one after the other";
    const chromium = browser("chromium");
    const [a, b, c] = await Promise.all([create(chromium), create(chromium), create(chromium)]);
    await a.call("join", serverUrl(), room, true);
    await a.call("share", "camera", ["audio"]);
    await a.call("share", "screen", ["video"]);
    await a.call("share", "camera", ["video"]);
    await a.call("unshare", "screen");
    await b.call("join", serverUrl(), room);
    expect(await b.call("eventsUntil", 2)).toEqual(["stream:add camera", "track:add camera video"]);
    await a.call("shareWithFirst", "alone");
    await b.call("labelsUntil", "alone", "camera");
    await c.call("join", serverUrl(), room);
    expect(await c.call("eventsUntil", 2)).toEqual(["stream:add camera", "track:add camera video"]);
    await Promise.all([b.call("plays", "alone", "video"), c.call("plays", "camera", "video")]);
    // Managed, and the track goes on: it is the one that all get.
    await a.call("unshareFirst", "alone");
    await b.call("labelsUntil", "camera");
    await a.call("unshareFirst", "camera");
    await b.call("labelsUntil");
    await c.call("plays", "camera", "video");
    expect(await a.call("trackStates", "camera")).toEqual(["live"]);
    await end(a, b, c);
  });
});
describeWith(["chromium", "firefox"], "media between Chromium and Firefox", (browser) => {
  scenario(["chromium", "firefox"], browser);
  scenario(["firefox", "chromium"], browser);
});
