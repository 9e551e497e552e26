import { readFile, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EncodedFrame, NodeMediaStreamTrack } from "@peerhood/adapter-node";
import { describe, expect, it } from "vitest";
import { AudioSink } from "../audio-sink.js";
import { ffmpeg, makeClip, makeTone, withFfmpeg } from "../testing/ffmpeg.js";
import { pitch } from "../testing/tones.js";
import type { FilePlayer } from "./file-player.js";
import { playFile, type PlayFileOptions } from "./play-file.js";

interface Seen {
  readonly atMs: number;
  readonly frame: EncodedFrame;
}

function watch(track: NodeMediaStreamTrack | undefined): Seen[] {
  const seen: Seen[] = [];
  track?.subscribe(({ frame }) => seen.push({ atMs: performance.now(), frame }));
  return seen;
}

const since = (seen: readonly Seen[], index: number): number =>
  ((seen[index]?.frame.timestamp ?? 0) - (seen[0]?.frame.timestamp ?? 0)) | 0;

describe.concurrent("playFile", () => {
  const clips = withFfmpeg(async (folder) => {
    await makeTone(join(folder, "tone.ogg"), 1);
    await makeTone(join(folder, "tone.webm"), 1);
    await makeTone(join(folder, "tone.mp3"), 1, "-c:a", "libmp3lame");
    await makeTone(join(folder, "surround.ogg"), 1, "-ac", "6", "-c:a", "libopus");
    await makeClip(join(folder, "vp8.webm"), 2, "VP8");
    await makeClip(join(folder, "vp9.webm"), 1, "VP9");
    await makeClip(join(folder, "h264.mp4"), 1, "H264");
    await makeClip(join(folder, "b frames.mp4"), 1, "H264", "-bf", "2", "-c:a", "aac");
    await makeClip(join(folder, "4:4:4.mp4"), 1, "H264", "-pix_fmt", "yuv444p");
  });
  const path = (name: string): string => join(clips.folder, name);
  const playing = async (
    name: string,
    options: PlayFileOptions = {},
  ): Promise<{ player: FilePlayer; audio: Seen[]; video: Seen[] }> => {
    const player = await playFile(path(name), options);
    const { stream } = player;
    return { player, audio: watch(stream.getAudioTracks()[0]), video: watch(stream.getVideoTracks()[0]) };
  };

  it.each(["tone.ogg", "tone.webm"])("plays %s at its pace, each packet 20 ms after the one before", async (name) => {
    const began = performance.now();
    const { player, audio } = await playing(name);
    const heard: number[] = [];
    const [track] = player.stream.getTracks();
    const listening = (async () => {
      for await (const { pcm } of new AudioSink(player.stream)) heard.push(...pcm);
    })();
    await player.ended;
    await listening;
    expect(performance.now() - began).toBeGreaterThan(950);
    expect(audio.length).toBe(51);
    expect(audio.map((_, index) => since(audio, index))).toEqual(audio.map((_, index) => index * 960));
    expect(pitch(heard.slice(4_800, 43_200), 48_000)).toBeCloseTo(440, -1);
    expect(track?.readyState).toBe("ended");
    const [first, last] = [audio[0], audio.at(-1)];
    // From when the first was due: on a busy machine it may be seen late, and the last in time.
    expect((last?.atMs ?? 0) - (first?.frame.getMetadata().captureTime ?? Infinity)).toBeGreaterThan(970);
  });

  it.each([
    ["vp8.webm", "video/VP8", 60],
    ["vp9.webm", "video/VP9", 30],
    ["h264.mp4", "video/H264", 30],
  ])("plays %s with its sound in step", async (name, codec, frames) => {
    const { player, audio, video } = await playing(name);
    await player.ended;
    expect(video.length).toBe(frames);
    expect(video[0]?.frame.getMetadata().mimeType).toBe(codec);
    expect(video.map(({ frame }, index) => (frame.type === "key" ? index : -1)).filter((at) => at >= 0)).toEqual(
      Array.from({ length: frames / 30 }, (_, index) => index * 30),
    );
    for (const index of video.keys()) expect(Math.abs(since(video, index) - index * 3_000)).toBeLessThan(100);
    // Both are told to have been captured when they are in the file.
    const captured = (seen: readonly Seen[], index: number): number =>
      seen[index]?.frame.getMetadata().captureTime ?? 0;
    expect(Math.abs(captured(video, 15) - captured(audio, 25))).toBeLessThan(15);
  });

  it("puts SPS and PPS before each IDR of an MP4, in Annex B", async () => {
    const { player, video } = await playing("h264.mp4");
    await player.ended;
    const file = path("sent.h264");
    await writeFile(file, Buffer.concat(video.map(({ frame }) => Buffer.from(frame.data))));
    const raw = await ffmpeg("-i", file, "-f", "rawvideo", "-pix_fmt", "gray", "-");
    expect(raw.length).toBe(30 * 320 * 240);
    // It can be joined at any key frame: here is none but the first, which begins with an SPS.
    expect([...new Uint8Array(video[0]?.frame.data ?? new ArrayBuffer()).subarray(0, 5)]).toEqual([0, 0, 0, 1, 0x67]);
  });

  it("pauses and goes on where it was", async () => {
    const { player, audio } = await playing("tone.ogg");
    await until(() => audio.length > 10);
    player.pause();
    const { length } = audio;
    const { position } = player;
    expect(player.paused).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([audio.length, player.position]).toEqual([length, position]);
    player.resume();
    await player.ended;
    expect(audio.length).toBe(51);
    // The pause is told by timestamps.
    expect(since(audio, 50) / 48).toBeGreaterThan(1_000 + 190);
    expect((audio.at(-1)?.atMs ?? 0) - (audio[0]?.atMs ?? 0)).toBeGreaterThan(1_170);
  });

  it("seeks, video to the key frame before", async () => {
    const { player, audio, video } = await playing("vp8.webm", { paused: true });
    expect(await player.seek(1.5)).toBeCloseTo(1, 1);
    player.resume();
    await player.ended;
    expect([video.length, video[0]?.frame.type]).toEqual([30, "key"]);
    expect(audio.length).toBeGreaterThan(48);
    expect(audio.length).toBeLessThan(53);
    await expect(player.seek(0)).rejects.toMatchObject({ code: "INVALID_STATE" });
  });

  it("begins where it is told to", async () => {
    const { player, audio } = await playing("tone.ogg", { startAt: 0.8 });
    await player.ended;
    expect(audio.length).toBeLessThan(13);
  });

  it("loops without a gap until it is told not to", async () => {
    const { player, audio } = await playing("tone.ogg", { loop: true });
    await until(() => audio.length > 60);
    player.loop = false;
    await player.ended;
    expect(audio.length).toBe(102);
    const steps = audio.slice(1).map((_, index) => since(audio, index + 1) - since(audio, index));
    // Where the file ends it does not end with a whole packet.
    expect(steps.filter((step) => step !== 960).length).toBeLessThanOrEqual(1);
    expect(Math.max(...steps)).toBeLessThanOrEqual(961);
  });

  it("plays one of sound and video, if asked to", async () => {
    const { player } = await playing("vp8.webm", { video: false });
    expect(player.stream.getTracks().map(({ kind }) => kind)).toEqual(["audio"]);
    player.close();
    const silent = await playing("b frames.mp4", { video: false }).catch((error: { code: string }) => error);
    expect(silent).toMatchObject({ code: "UNSUPPORTED_CODEC" });
  });

  it("closes: tracks end, the file is let go, and a signal does the same", async () => {
    const controller = new AbortController();
    const { player } = await playing("vp8.webm", { signal: controller.signal });
    controller.abort();
    await player.ended;
    player.close();
    expect(player.stream.getTracks().every(({ readyState }) => readyState === "ended")).toBe(true);
    await expect(playFile(path("vp8.webm"), { signal: controller.signal })).rejects.toMatchObject({ code: "ABORTED" });
  });

  it.each(["tone.mp3", "surround.ogg", "b frames.mp4", "4:4:4.mp4"])(
    "refuses %s with the ffmpeg command that makes it playable",
    async (name) => {
      const error = await playFile(path(name)).catch((reason: Error & { code: string }) => reason);
      expect(error).toMatchObject({ code: "UNSUPPORTED_CODEC" });
      const command = /Convert it once: ffmpeg (.*)$/.exec((error as Error).message)?.[1] ?? "";
      // Quotation marks are those of a shell.
      await promisify(execFile)("sh", ["-c", `ffmpeg -nostdin -v error -y ${command}`]);
      const extension = name.endsWith(".mp4") ? "mkv" : "ogg";
      const player = await playFile(path(name.replace(/\.\w+$/, `.playable.${extension}`)));
      expect(player.duration).toBeGreaterThan(0.9);
      player.close();
    },
  );

  it("refuses what is no media file, and what is not there", async () => {
    await writeFile(path("text.ogg"), await readFile(new URL(import.meta.url)));
    await expect(playFile(path("text.ogg"))).rejects.toMatchObject({ code: "UNSUPPORTED_CODEC" });
    await expect(playFile(path("nothing.ogg"))).rejects.toMatchObject({
      code: "MEDIA_FILE_FAILED",
      cause: { code: "ENOENT" },
    });
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
