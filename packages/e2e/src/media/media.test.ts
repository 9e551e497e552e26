// Streams between two Chromiums with fake devices, over a real server.
import { expect, test } from "vitest";
import { describeWith } from "../browser/index.js";
import { mediaMeetings } from "./media-meetings.js";
import { sharing } from "./sharing.js";

const meetings = mediaMeetings();
const { create, end, serverUrl } = meetings;

describeWith(["chromium"], "media between Chromium and Chromium", (browser) => {
  sharing(meetings, ["chromium", "chromium"], browser);

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
