import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { withFfmpeg } from "../testing/ffmpeg.js";
import { readH264 } from "./h264-size.js";

describe("the size of H264", () => {
  const place = withFfmpeg();
  it.each([
    ["baseline", "320x240"],
    ["high", "322x182"],
    ["main", "1920x1080"],
  ])("is read from an SPS of profile %s at %s", async (profile, size) => {
    const file = join(place.folder, `${profile}.h264`);
    const source = ["-f", "lavfi", "-i", `color=size=${size}:rate=1`, "-frames:v", "1"];
    const coder = ["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", profile, "-pix_fmt", "yuv420p"];
    await promisify(execFile)("ffmpeg", ["-nostdin", "-v", "error", "-y", ...source, ...coder, file]);
    const read = readH264(await readFile(file));
    expect(`${read?.width}x${read?.height}`).toBe(size);
    expect(read?.codec).toMatch(/^avc1\.(42|4d|64)[0-9a-f]{4}$/);
  });

  it("is unknown without one", () => {
    expect(readH264(Uint8Array.of(0, 0, 0, 1, 0x65, 1, 2, 3, 4, 5))).toBeUndefined();
  });
});
