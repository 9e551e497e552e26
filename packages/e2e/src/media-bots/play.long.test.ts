// Files that a bot plays, as browsers show them.
import { join } from "node:path";
import { playFile } from "@peerhood/media";
import { expect, test } from "vitest";
import { makeClip, makeTone, withFfmpeg } from "../../../media/src/testing/ffmpeg.js";
import { describeEachBrowser } from "../browser/index.js";
import { meeting } from "./bots.js";

/** Of ffmpeg's `sine`: an eighth of full scale. */
const LEVEL = 0.125 / Math.SQRT2;
const HERTZ = 440;
const KEY_FRAME_EACH_MS = 1_000;

describeEachBrowser("a file played by a bot", (browser, name) => {
  const { room, bot, page } = meeting();
  const clips = withFfmpeg(async (folder) => {
    await makeTone(join(folder, "tone.ogg"), 8);
    await makeClip(join(folder, "vp8.webm"), 8, "VP8");
    await makeClip(join(folder, "h264.mp4"), 8, "H264");
  });
  // Firefox has H264 only after a download, and no AudioContext runs in one that has no window and no sound card.
  const files = name === "chromium" ? ["tone.ogg", "vp8.webm", "h264.mp4"] : ["vp8.webm"];

  test(`shows what is in it: ${files.join(", ")}`, async () => {
    const lobby = room();
    const { peer } = await bot(lobby);
    const member = await page(browser(), lobby);
    for (const file of files) {
      const player = await playFile(join(clips.folder, file), { loop: true });
      peer.share({ label: file, stream: player.stream });
      if (file !== "tone.ogg") {
        const { frames, longestGapMs } = await member.call("watch", file, 2_500);
        console.log(`${name}, ${file}: ${frames} frames in 2.5 s, longest gap ${Math.round(longestGapMs)} ms`);
        expect(frames).toBeGreaterThan(60);
        expect(longestGapMs).toBeLessThan(500);
      }
      if (name === "chromium") {
        const { hertz, level } = await member.call("listen", file);
        console.log(`${name}, ${file}: ${hertz.toFixed(1)} Hz at ${level.toFixed(4)}`);
        expect(Math.abs(hertz - HERTZ)).toBeLessThan(5);
        expect(20 * Math.abs(Math.log10(level / LEVEL))).toBeLessThan(3);
      }
      peer.unshare(file);
      player.close();
    }
  });

  test("is seen by a late joiner from its next key frame on", async () => {
    const lobby = room();
    const { peer } = await bot(lobby);
    const player = await playFile(join(clips.folder, "vp8.webm"), { loop: true });
    peer.share({ label: "clip", stream: player.stream });
    const member = await page(browser(), lobby);
    expect(await member.call("firstFrameAfter", "clip")).toBeLessThan(KEY_FRAME_EACH_MS + 1_000);
    player.close();
  });
});
