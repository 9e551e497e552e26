// H265, which no browser here sends: made by ffmpeg, and handed on by a bot.
import { createSocket } from "node:dgram";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NodeMediaStream, NodeMediaStreamTrack } from "@peerhood/adapter-node";
import { describe, expect, test } from "vitest";
import { splitAnnexB } from "../../../adapter-node/src/media/codecs/annex-b.js";
import { h265 } from "../../../adapter-node/src/media/codecs/h265.js";
import { readRtp } from "../../../adapter-node/src/media/rtp/rtp-packet.js";
import { ffmpeg, withFfmpeg } from "../../../media/src/testing/ffmpeg.js";
import { meeting } from "./bots.js";

const FRAMES = 30;
const PICTURE = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=30", "-frames:v", String(FRAMES)];
const H265 = ["-c:v", "libx265", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p"];
/** A key frame for each ten, in one slice, as nothing else ends a frame in a bare stream. */
const BITSTREAM = ["-x265-params", "log-level=error:keyint=10:min-keyint=10:slices=1:repeat-headers=1"];

describe("H265", () => {
  const { room, bot } = meeting();
  const clip = withFfmpeg(async (folder) => {
    await ffmpeg(...PICTURE, ...H265, ...BITSTREAM, join(folder, "clip.h265"));
  });
  const pictures = async (path: string): Promise<number> => {
    const raw = await ffmpeg("-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-fps_mode", "passthrough", "-");
    return raw.byteLength / (320 * 240);
  };

  test("in ffmpeg's RTP packets is read as frames that ffmpeg decodes (RFC 7798)", async () => {
    const socket = createSocket("udp4");
    const packets: Buffer[] = [];
    socket.on("message", (packet) => packets.push(packet));
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    const url = `rtp://127.0.0.1:${socket.address().port}?pkt_size=600`;
    await ffmpeg(...PICTURE, ...H265, ...BITSTREAM, "-f", "rtp", url);
    const rtp = packets.map((packet) => readRtp(packet));
    socket.close();
    const frames: Uint8Array[] = [];
    const keys: number[] = [];
    let payloads: Uint8Array[] = [];
    for (const packet of rtp) {
      if (packet === undefined) continue;
      payloads.push(packet.payload);
      if (!packet.marker) continue;
      const [first = new Uint8Array()] = payloads;
      const frame = h265.depacketize(payloads) ?? new Uint8Array();
      expect(h265.beginsFrame(first)).toBe(true);
      expect(h265.beginsKeyFrame(first)).toBe(h265.isKeyFrame(frame));
      if (h265.isKeyFrame(frame)) keys.push(frames.length);
      frames.push(frame);
      payloads = [];
    }
    expect([frames.length, keys]).toEqual([FRAMES, [0, 10, 20]]);
    const path = join(clip.folder, "received.h265");
    await writeFile(path, Buffer.concat(frames));
    expect(await pictures(path)).toBe(FRAMES);
  });

  test("goes from bot to bot through a third, frame by frame as it was written", async () => {
    const [stage, hall] = [room(), room()];
    const [source, from, to, listener] = [await bot(stage), await bot(stage), await bot(hall), await bot(hall)];
    const track = new NodeMediaStreamTrack({ kind: "video", codec: "H265" });
    source.peer.share({ label: "clip", stream: new NodeMediaStream([track]) });
    to.peer.share({ label: "clip", stream: await from.stream("clip") });
    const [video] = (await listener.stream("clip")).getVideoTracks();
    const written = framesOf(await readFile(join(clip.folder, "clip.h265")));
    expect(written.length).toBe(FRAMES);
    // Over and over: what is written before all have agreed is lost.
    let next = 0;
    const timer = setInterval(() => {
      track.writeFrame({ data: written[next % FRAMES] ?? new Uint8Array(), timestamp: next * 3_000 });
      next++;
    }, 10);
    const read: { type: string; data: Buffer }[] = [];
    for await (const { type, data } of video?.frames() ?? []) {
      if (read.push({ type, data: Buffer.from(data) }) === FRAMES) break;
    }
    clearInterval(timer);
    const keys = read.flatMap(({ type }, index) => (type === "key" ? [index] : []));
    expect(keys).toEqual([0, 10, 20]);
    const begin = written.findIndex((frame) => read[0]?.data.equals(frame));
    for (const [index, { data }] of read.entries()) {
      expect(data.equals(written[(begin + index) % FRAMES] ?? new Uint8Array())).toBe(true);
    }
    const path = join(clip.folder, "relayed.h265");
    await writeFile(path, Buffer.concat(read.map(({ data }) => data)));
    expect(await pictures(path)).toBe(FRAMES);
  });
});

/** Of a stream with one slice a frame: each ends with its slice. */
function framesOf(stream: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  const units: Buffer[] = [];
  for (const unit of splitAnnexB(stream)) {
    units.push(Buffer.concat([Buffer.of(0, 0, 0, 1), unit]));
    if ((unit[0] ?? 0) >> 1 < 32) frames.push(Buffer.concat(units.splice(0)));
  }
  return frames;
}
