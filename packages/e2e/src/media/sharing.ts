import { expect, test } from "vitest";
import type { BrowserName, TestBrowser } from "../browser/index.js";
import type { Meetings, Member } from "./media-meetings.js";

/** A track that is negotiated anew waits for its next key frame, which is seconds. A busy machine takes some of this. */
const MAX_GAP_MS = 500;

/** What one browser shares, as another sees it. */
export function sharing(
  { meet, end }: Meetings,
  [a, b]: readonly [BrowserName, BrowserName],
  browser: (name: BrowserName) => TestBrowser,
): void {
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
}
