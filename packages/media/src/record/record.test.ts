import { existsSync } from "node:fs";
import { join } from "node:path";
import { NodeMediaStream, NodeMediaStreamTrack } from "@peerhood/adapter-node";
import { describe, expect, it } from "vitest";
import { AudioSource } from "../audio-source.js";
import { playFile } from "../play/play-file.js";
import { decodeAudio, makeClip, makeTone, probe, withFfmpeg } from "../testing/ffmpeg.js";
import { loudness, pitch, tone } from "../testing/tones.js";
import { record } from "./record.js";

const SILENCE = Uint8Array.of(0xf8, 0xff, 0xfe);

describe.concurrent("record", () => {
  const clips = withFfmpeg(async (folder) => {
    await makeTone(join(folder, "tone.ogg"), 2);
    for (const codec of ["VP8", "VP9"] as const) await makeClip(join(folder, `${codec}.webm`), 2, codec);
    await makeClip(join(folder, "H264.mp4"), 2, "H264");
  });
  const path = (name: string): string => join(clips.folder, name);

  it.each([
    ["VP8.webm", "vp8.webm", "vp8"],
    ["VP9.webm", "vp9.mkv", "vp9"],
    ["VP8.webm", "vp8.mp4", "vp8"],
    ["H264.mp4", "h264.mp4", "h264"],
    ["H264.mp4", "h264.mkv", "h264"],
  ])("records %s to %s as it was", async (from, to, codec) => {
    const player = await playFile(path(from));
    const { seconds, tracks } = await record(player.stream, path(to)).finished;
    expect(seconds).toBeCloseTo(2, 1);
    const probed = await probe(path(to));
    expect(probed.seconds).toBeCloseTo(2, 1);
    expect(probed.tracks.map((track) => track.codec).toSorted()).toEqual([codec, "opus"].toSorted());
    const video = probed.tracks.find(({ kind }) => kind === "video");
    expect(video?.packets).toBe(60);
    expect(tracks.find(({ kind }) => kind === "video")?.frames).toBe(60);
    for (const { end } of probed.tracks) expect(end).toBeCloseTo(2, 1);
    const pcm = await decodeAudio(path(to));
    expect(pitch(pcm.subarray(9_600, 86_400), 48_000)).toBeCloseTo(440, -1);
  });

  it("records sound alone to Ogg, until it is told to stop", async () => {
    const player = await playFile(path("tone.ogg"), { loop: true });
    const recording = record(player.stream, path("sound.ogg"));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { seconds } = await recording.stop();
    player.close();
    const probed = await probe(path("sound.ogg"));
    expect(probed.format).toBe("ogg");
    expect(probed.seconds).toBeCloseTo(seconds, 1);
    expect(Math.abs(seconds - 1)).toBeLessThan(0.3);
  });

  it("records several participants, each where it was in time", async () => {
    const [first, second] = [new AudioSource(), new AudioSource()];
    const recording = record([first.stream, second.stream], path("two.webm"));
    const pieces = Array.from({ length: 50 }, (_, index) => index);
    const speak = async (source: AudioSource, from: number, to: number): Promise<void> => {
      for (const piece of pieces) {
        const silent = piece < from || piece >= to;
        await source.write(silent ? new Float32Array(960) : tone(500, 48_000, 20));
      }
      await source.end();
    };
    await Promise.all([speak(first, 0, 25), speak(second, 25, 50)]);
    await recording.finished;
    const probed = await probe(path("two.webm"));
    expect(probed.tracks.map(({ codec }) => codec)).toEqual(["opus", "opus"]);
    const [one, two] = await Promise.all([decodeAudio(path("two.webm"), 0), decodeAudio(path("two.webm"), 1)]);
    const halves = (pcm: Int16Array): boolean[] =>
      [pcm.subarray(2_000, 20_000), pcm.subarray(28_000, 46_000)].map((half) => loudness(half) > 1_000);
    expect([halves(one), halves(two)]).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it("fills with silence what was lost or not sent, and takes the pace of the remote's clock", async () => {
    const track = new NodeMediaStreamTrack({ kind: "audio", codec: "opus" });
    const recording = record(new NodeMediaStream([track]), path("gaps.ogg"));
    // 100 packets, of which some are lost; then 1 s of nothing; then one whose time was told too early by 30 ms.
    for (let index = 0; index < 100; index++) {
      if (index % 7 !== 3) track.writeFrame({ data: SILENCE, timestamp: index * 960, captureTime: index * 20 });
      await new Promise(setImmediate);
    }
    track.writeFrame({ data: SILENCE, timestamp: 99, captureTime: 2_980 });
    track.end();
    const { tracks } = await recording.finished;
    expect(tracks[0]?.frames).toBe(150);
    const probed = await probe(path("gaps.ogg"));
    expect(probed.seconds).toBeCloseTo(3, 2);
    expect((await decodeAudio(path("gaps.ogg"))).length / 48_000).toBeCloseTo(3, 1);
  });

  it("leaves out a track that never begins, after its time, and loses nothing of the others", async () => {
    const player = await playFile(path("tone.ogg"));
    const silent = new NodeMediaStreamTrack({ kind: "video", codec: "VP8" });
    const stream = new NodeMediaStream([...player.stream.getTracks(), silent]);
    const { tracks } = await record(stream, path("partial.webm"), { startTimeoutMs: 1_500 }).finished;
    expect(tracks.map(({ kind, frames }) => [kind, frames])).toEqual([["audio", 101]]);
    expect((await probe(path("partial.webm"))).tracks.length).toBe(1);
  });

  it("refuses what can not be: a path of no container, video in Ogg, H264 in WebM, nothing, no folder", async () => {
    const video = new NodeMediaStreamTrack({ kind: "video", codec: "H264" });
    const stream = new NodeMediaStream([video]);
    const invalid = expect.objectContaining({ code: "INVALID_ARGUMENT" });
    expect(() => record(stream, path("a.wav"))).toThrow(invalid);
    expect(() => record(stream, path("a.ogg"), { video: true })).toThrow(invalid);
    expect(() => record(stream, path("a.ogg"))).toThrow(expect.objectContaining({ code: "UNSUPPORTED_TRACK" }));
    const player = await playFile(path("H264.mp4"));
    await expect(record(player.stream, path("a.webm")).finished).rejects.toMatchObject({ code: "UNSUPPORTED_CODEC" });
    player.close();
    const sound = await playFile(path("tone.ogg"));
    const nowhere = record(sound.stream, path("no/folder/a.ogg"));
    await expect(nowhere.finished).rejects.toMatchObject({ code: "MEDIA_FILE_FAILED" });
    sound.close();
    await expect(record(stream, path("never.mp4")).stop()).rejects.toMatchObject({ code: "MEDIA_FILE_FAILED" });
    expect(existsSync(path("never.mp4"))).toBe(false);
  });
});
