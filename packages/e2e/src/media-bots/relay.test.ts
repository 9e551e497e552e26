// A bot between two rooms hands a camera on to more members than the camera's page is connected to.
import type { EncodedFrame, NodeMediaStream } from "@peerhood/adapter-node";
import { expect, test } from "vitest";
import { describeWith } from "../browser/index.js";
import { meeting, type PageMember } from "./bots.js";

/** A busy machine encodes fewer frames than 30 a second, and that is not the relay's doing: of those that were sent. */
const LEAST_SHARE = 0.7;
const WATCHED_MS = 1_500;

/** How the relayed picture goes on at each, beside what the speaker sends meanwhile. */
async function watchAll(
  speaker: PageMember,
  listeners: readonly PageMember[],
): Promise<{ ofSent: number; longestGapMs: number }[]> {
  const before = await speaker.call("framesSent");
  const watched = await Promise.all(listeners.map((listener) => listener.call("watch", "relayed", WATCHED_MS)));
  const after = await speaker.call("framesSent");
  const sentPerMs = (after.frames - before.frames) / (after.atMs - before.atMs);
  return watched.map(({ frames, longestGapMs }) => ({ ofSent: frames / WATCHED_MS / sentPerMs, longestGapMs }));
}

describeWith(["chromium"], "a bot that relays", (browser) => {
  const { room, bot, page } = meeting();

  /** A page on a stage shares its camera, which a bot hands on into a hall. */
  async function relayedCamera(): Promise<{ speaker: PageMember; stream: NodeMediaStream; hall: string }> {
    const [stage, hall] = [room(), room()];
    const [onStage, inHall] = [await bot(stage), await bot(hall)];
    const speaker = await page(browser("chromium"), stage);
    await speaker.call("shareCamera");
    const stream = await onStage.stream("camera");
    inHall.peer.share({ label: "relayed", stream });
    return { speaker, stream, hall };
  }

  test("gives one page's camera to three others, and a late joiner a key frame within a second", async () => {
    const { speaker, stream, hall } = await relayedCamera();
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

    for (const { ofSent, longestGapMs } of await watchAll(speaker, [...listeners, late])) {
      expect(ofSent).toBeGreaterThan(LEAST_SHARE);
      expect(longestGapMs).toBeLessThan(500);
    }
  });

  test("hands AV1 on as it is, to who was there when the codec changed and to who comes later", async () => {
    const { speaker, stream, hall } = await relayedCamera();
    const listener = await page(browser("chromium"), hall);
    await listener.call("watch", "relayed", 100);
    await speaker.call("sendAs", "video/AV1");
    const frames: EncodedFrame[] = [];
    for await (const frame of stream.getVideoTracks()[0]?.frames() ?? []) {
      if (frame.getMetadata().mimeType === "video/AV1" && frames.push(frame) === 20) break;
    }
    expect(frames[0]?.type).toBe("key");
    expect(frames.filter(({ type }) => type === "delta").length).toBeGreaterThan(10);
    for (const [index, { timestamp }] of frames.entries()) {
      if (index > 0) expect((timestamp - (frames[index - 1]?.timestamp ?? 0)) | 0).toBeGreaterThan(0);
    }
    const late = await page(browser("chromium"), hall);
    expect(await late.call("firstFrameAfter", "relayed")).toBeLessThan(1_000);
    for (const { ofSent } of await watchAll(speaker, [listener, late])) expect(ofSent).toBeGreaterThan(LEAST_SHARE);
    for (const one of [listener, late]) expect(await one.call("codecOf", "relayed")).toBe("video/AV1");
  });
});
