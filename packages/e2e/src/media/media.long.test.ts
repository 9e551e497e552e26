// Streams between Chromium and Firefox, and what their parameters do, with fake devices, over a real server.
import { expect, test } from "vitest";
import { describeWith, type BrowserName, type TestBrowser } from "../browser/index.js";
import { mediaMeetings } from "./media-meetings.js";
import { sharing } from "./sharing.js";

const LIMITED = { maxBitrate: 200_000, maxFramerate: 5, scaleResolutionDownBy: 2, priority: "high" } as const;

const QUIET = { maxBitrate: 12_000, priority: "high" } as const;

const meetings = mediaMeetings();
const { meet, end } = meetings;

function parameters([a, b]: readonly [BrowserName, BrowserName], browser: (name: BrowserName) => TestBrowser): void {
  test(`parameters of ${a} reach its sender, and the picture at ${b}`, async () => {
    const [from, to] = await meet(browser(a), browser(b));
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
  parameters(["chromium", "chromium"], browser);
});
describeWith(["chromium", "firefox"], "media between Chromium and Firefox", (browser) => {
  for (const pair of [
    ["chromium", "firefox"],
    ["firefox", "chromium"],
  ] as const) {
    sharing(meetings, pair, browser);
    parameters(pair, browser);
  }
});
