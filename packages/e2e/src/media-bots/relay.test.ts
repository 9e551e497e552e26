// A bot between two rooms hands a camera on to more members than the camera's page is connected to.
import { expect, test } from "vitest";
import { describeWith } from "../browser/index.js";
import { meeting } from "./bots.js";

describeWith(["chromium"], "a bot that relays", (browser) => {
  const { room, bot, page } = meeting();

  test("gives one page's camera to three others, and a late joiner a key frame within a second", async () => {
    const [stage, hall] = [room(), room()];
    const [onStage, inHall] = [await bot(stage), await bot(hall)];
    const speaker = await page(browser("chromium"), stage);
    await speaker.call("shareCamera");
    const stream = await onStage.stream("camera");
    inHall.peer.share({ label: "relayed", stream });
    const listeners = [await page(browser("chromium"), hall), await page(browser("chromium"), hall)];
    await Promise.all(listeners.map((listener) => listener.call("watch", "relayed", 500)));

    // A relayed source: the request passes through the bot.
    const late = await page(browser("chromium"), hall);
    expect(await late.call("firstFrameAfter", "relayed")).toBeLessThan(1_000);

    // A live source, read a second time.
    const [video] = stream.getVideoTracks();
    const asked = performance.now();
    const reader = video?.frames().getReader();
    const first = await reader?.read();
    expect(first?.value?.type).toBe("key");
    expect(performance.now() - asked).toBeLessThan(1_000);
    await reader?.cancel();

    const watched = await Promise.all([...listeners, late].map((listener) => listener.call("watch", "relayed", 1_000)));
    for (const { frames, longestGapMs } of watched) {
      expect(frames).toBeGreaterThan(10);
      expect(longestGapMs).toBeLessThan(500);
    }
  });
});
