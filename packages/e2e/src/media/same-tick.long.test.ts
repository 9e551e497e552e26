// Both sides share at once, a hundred times, in real browsers.
import { expect, test } from "vitest";
import { describeWith, type BrowserName, type TestBrowser } from "../browser/index.js";
import { mediaMeetings, type Member } from "./media-meetings.js";

const ROUNDS = 100;

const { meet, end } = mediaMeetings();

function scenario([a, b]: readonly [BrowserName, BrowserName], browser: (name: BrowserName) => TestBrowser): void {
  const pair = (): Promise<[Member, Member]> => meet(browser(a), browser(b));

  test(`${a} and ${b} share in the same tick, ${ROUNDS} times: both always arrive`, async () => {
    const members = await pair();
    const each = (call: (member: Member) => Promise<unknown>): Promise<unknown> => Promise.all(members.map(call));
    await each((member) => member.call("share", "camera", ["audio", "video"]));
    await each((member) => member.call("labelsUntil", "camera"));
    await each((member) => member.call("plays", "camera", "video"));
    await each((member) => member.call("shareCopy", "more"));
    await each((member) => member.call("labelsUntil", "camera", "more"));
    await each((member) => member.call("unshare", "more"));
    await each((member) => member.call("labelsUntil", "camera"));
    const descriptions = await Promise.all(members.map((member) => member.call("description")));
    for (let round = 0; round < ROUNDS; round++) {
      await each((member) => member.call("shareCopy", "more"));
      await each((member) => member.call("labelsUntil", "camera", "more"));
      await each((member) => member.call("arrives", "more", "audio"));
      await each((member) => member.call("unshare", "more"));
      await each((member) => member.call("labelsUntil", "camera"));
    }
    await each((member) => member.call("plays", "camera", "audio"));
    expect(await Promise.all(members.map((member) => member.call("sections")))).toEqual([3, 3]);
    // To the letter: nothing was negotiated.
    expect(await Promise.all(members.map((member) => member.call("description")))).toEqual(descriptions);
    await end(...members);
  });
}

describeWith(["chromium"], "Chromium and Chromium", (browser) => scenario(["chromium", "chromium"], browser));
describeWith(["chromium", "firefox"], "Chromium and Firefox", (browser) => {
  // Who makes the offers is decided by ids, which are random: each of both does in one of two runs.
  scenario(["chromium", "firefox"], browser);
});
