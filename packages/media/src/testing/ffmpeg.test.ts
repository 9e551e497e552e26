import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ffmpeg, makeClip, probe, withFfmpeg } from "./ffmpeg.js";

describe("probe", () => {
  const files = withFfmpeg((folder) => makeClip(join(folder, "whole.mkv"), 1, "VP8"));
  const path = (name: string): string => join(files.folder, name);
  /** The same frames at other times, in milliseconds. */
  const retime = (name: string, ts: string): Promise<Buffer> =>
    ffmpeg("-i", path("whole.mkv"), "-map", "0", "-c", "copy", "-bsf:v", `setts=ts=${ts}`, path(name));

  test("takes frames as a camera gives them, whatever their distance", async () => {
    await retime("uneven.mkv", "N*33+mod(N\\,2)*13");
    const video = (await probe(path("uneven.mkv"))).tracks.find(({ kind }) => kind === "video");
    expect(video?.packets).toBe(30);
  });

  test("fails for two frames at one time", async () => {
    await retime("twice.mkv", "floor(N/2)*66");
    await expect(probe(path("twice.mkv"))).rejects.toThrow(/0 s|monotonically/);
  });

  test("fails for frames that can not be decoded", async () => {
    const bytes = await readFile(path("whole.mkv"));
    bytes.fill(0xff, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2));
    await writeFile(path("broken.mkv"), bytes);
    await expect(probe(path("broken.mkv"))).rejects.toThrow();
  });
});
