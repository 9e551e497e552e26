import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach } from "vitest";

const run = promisify(execFile);

/**
 * For all tests of a `describe`: a folder, removed after them. Without ffmpeg they are skipped, and say so.
 * `make` fills the folder before them.
 */
export function withFfmpeg(make: (folder: string) => Promise<void> = async () => {}): { readonly folder: string } {
  const place = { folder: "" };
  let missing = "";
  beforeAll(async () => {
    place.folder = await mkdtemp(join(tmpdir(), "peerhood-media-"));
    try {
      await run("ffprobe", ["-version"]);
    } catch {
      missing = "No ffmpeg here. Get it: apt-get install ffmpeg.";
      return;
    }
    await make(place.folder);
  }, 60_000);
  beforeEach((test) => {
    if (missing !== "") test.skip(missing);
  });
  afterAll(() => rm(place.folder, { recursive: true, force: true }));
  return place;
}

/** Fails on what ffmpeg calls an error. */
export async function ffmpeg(...args: string[]): Promise<Buffer> {
  const { stdout, stderr } = await run("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args], {
    encoding: "buffer",
    maxBuffer: 2 ** 28,
  });
  if (stderr.length > 0) throw new Error(`ffmpeg ${args.join(" ")}: ${stderr.toString()}`);
  return stdout;
}

const TONE = "sine=frequency=440:sample_rate=48000";
const PICTURE = "testsrc=size=320x240:rate=30";
const OPUS = ["-c:a", "libopus", "-b:a", "64k"];
const VP8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k"];
const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

/** A tone, `-t` and codec options, to a file. */
export async function makeTone(path: string, seconds: number, ...options: string[]): Promise<void> {
  await ffmpeg("-f", "lavfi", "-i", TONE, "-t", String(seconds), ...(options.length > 0 ? options : OPUS), path);
}

/** A moving picture with a tone; a key frame each second. */
export async function makeClip(
  path: string,
  seconds: number,
  codec: "VP8" | "VP9" | "H264",
  ...options: string[]
): Promise<void> {
  const video = {
    VP8,
    VP9: ["-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", ...VP8.slice(2)],
    H264: [...H264, "-bf", "0"],
  }[codec];
  const inputs = ["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE];
  await ffmpeg(...inputs, "-t", String(seconds), "-g", "30", ...video, ...OPUS, ...options, path);
}

export interface Probed {
  readonly codec: string;
  readonly kind: "audio" | "video";
  readonly packets: number;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

/**
 * Frames pass with the times that the file gives them. Otherwise ffmpeg rounds them to the frame rate that it guesses, and
 * then complains about two frames of a camera at one time that are 26 ms apart in the file.
 */
const AS_TIMED = ["-fps_mode", "passthrough", "-enc_time_base", "-1"];

/** What ffprobe says of a file, and ffmpeg by decoding all of it; either fails on an error, as do times that do not rise. */
export async function probe(path: string): Promise<{ seconds: number; format: string; tracks: Probed[] }> {
  await ffmpeg("-i", path, "-map", "0", ...AS_TIMED, "-f", "null", "-");
  const wanted =
    "format=duration,format_name:stream=index,codec_name,codec_type:packet=stream_index,pts_time,duration_time";
  const { stdout, stderr } = await run("ffprobe", ["-v", "error", "-show_entries", wanted, "-of", "json", path], {
    maxBuffer: 2 ** 28,
  });
  if (stderr !== "") throw new Error(`ffprobe ${path}: ${stderr}`);
  const { format, streams, packets } = JSON.parse(stdout) as {
    format: { duration: string; format_name: string };
    streams: { index: number; codec_name: string; codec_type: "audio" | "video" }[];
    packets: { stream_index: number; pts_time: string; duration_time?: string }[];
  };
  const tracks = streams.map(({ index, codec_name: codec, codec_type: kind }) => {
    const own = packets.filter(({ stream_index: of }) => of === index);
    for (const [at, { pts_time: time }] of own.entries()) {
      const before = own[at - 1]?.pts_time;
      if (before !== undefined && Number(time) <= Number(before))
        throw new Error(`${path}: ${kind} packet ${at} is at ${time} s, the one before at ${before} s.`);
    }
    const last = own.at(-1);
    const end = Number(last?.pts_time) + Number(last?.duration_time ?? 0);
    return { codec, kind, packets: own.length, start: Number(own[0]?.pts_time), end };
  });
  return { seconds: Number(format.duration), format: format.format_name, tracks };
}

/** The sound of a file's audio track, mono at 48 kHz. */
export async function decodeAudio(path: string, track = 0): Promise<Int16Array> {
  const pcm = await ffmpeg("-i", path, "-map", `0:a:${track}`, "-f", "s16le", "-ac", "1", "-ar", "48000", "-");
  return new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength));
}
