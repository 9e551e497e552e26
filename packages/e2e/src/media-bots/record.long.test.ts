// A bot records what browsers' fake devices send.
import { join } from "node:path";
import { record } from "@peerhood/media";
import { expect, test } from "vitest";
import { decodeAudio, probe, withFfmpeg } from "../../../media/src/testing/ffmpeg.js";
import { describeEachBrowser } from "../browser/index.js";
import { meeting } from "./bots.js";

const SECONDS = 5;
const RATE = 48_000;

describeEachBrowser("a recording of camera and microphone", (browser, name) => {
  const { room, bot, page } = meeting();
  const files = withFfmpeg();

  test(`${SECONDS} s of them are a file of ${SECONDS} s with all frames and the device's sound`, async () => {
    const lobby = room();
    const { stream } = await bot(lobby);
    const member = await page(browser(), lobby);
    await member.call("shareCamera");
    const camera = await stream("camera");
    const path = join(files.folder, `${name}.webm`);
    const before = await member.call("framesSent");
    const recording = record(camera, path);
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
    const [summary, after] = await Promise.all([recording.stop(), member.call("framesSent")]);
    const { seconds, tracks } = await probe(path);
    const video = tracks.find(({ kind }) => kind === "video");
    const rate = ((after.frames - before.frames) * 1_000) / (after.atMs - before.atMs);
    const wanted = rate * ((video?.end ?? 0) - (video?.start ?? 0));
    const sound = beeps(await decodeAudio(path));
    console.log(
      `${name}: ${seconds.toFixed(2)} s, ${video?.packets} frames of ${wanted.toFixed(0)} sent, ` +
        `${sound.count} beeps, ${sound.hertz.toFixed(0)} Hz; video from ${video?.start} to ${video?.end}`,
    );
    expect(Math.abs(seconds - SECONDS)).toBeLessThan(0.3);
    expect(summary.seconds).toBeCloseTo(seconds, 1);
    expect(Math.abs((video?.packets ?? 0) / wanted - 1)).toBeLessThan(0.1);
    if (name === "chromium") {
      // Chromium's fake microphone beeps each half second (media/capture/audio/fake_audio_input_stream.cc).
      expect(sound.count).toBeGreaterThanOrEqual(2 * SECONDS - 2);
      expect(sound.count).toBeLessThanOrEqual(2 * SECONDS + 1);
    } else {
      // Firefox's is a tone of 1 kHz (media.navigator.audio.fake_frequency).
      expect(Math.abs(sound.hertz - 1_000)).toBeLessThan(30);
    }
  });
});

/** How often it gets loud, and the pitch of what is loud. */
function beeps(pcm: Int16Array): { count: number; hertz: number } {
  const blocks = Array.from({ length: Math.floor(pcm.length / 480) }, (_, index) =>
    pcm.subarray(index * 480, index * 480 + 480),
  );
  const levels = blocks.map((block) =>
    Math.sqrt(block.reduce((sum, sample) => sum + sample * sample, 0) / block.length),
  );
  const threshold = Math.max(...levels) / 4;
  let count = 0;
  let crossings = 0;
  let samples = 0;
  for (const [index, level] of levels.entries()) {
    if (level < threshold) continue;
    const quietBefore = levels.slice(Math.max(0, index - 10), index).every((one) => one < threshold);
    if (quietBefore) count++;
    const block = blocks[index] ?? [];
    samples += block.length;
    for (let at = 1; at < block.length; at++) if ((block[at - 1] ?? 0) < 0 && (block[at] ?? 0) >= 0) crossings++;
  }
  return { count, hertz: (crossings * RATE) / samples };
}
