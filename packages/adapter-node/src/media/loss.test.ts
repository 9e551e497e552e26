import { silentLogger } from "@peerhood/core/internal";
import { SeededRandom, VirtualClock } from "@peerhood/testing";
import { describe, expect, it } from "vitest";
import { vp8Frame } from "../testing/media-pair.js";
import { vp8 } from "./codecs/vp8.js";
import { RtpSession } from "./rtp-session.js";
import type { RemoteSection } from "./sdp/media-description.js";
import { Section } from "./section.js";
import { NodeMediaSender } from "./send/node-media-sender.js";
import { createFrame } from "./track/encoded-frame.js";
import { FrameSource } from "./track/frame-source.js";
import { createReceivedTrack } from "./track/node-media-stream-track.js";

const DELAY_MS = 20;
const FRAMES = 600;
const FRAME_BYTES = 10_000;
const FORMATS = [{ payloadType: 96, codec: vp8, parameters: undefined }];

/** A video that is sent through a network that loses this share of packets, both ways; key frames only on demand. */
async function sendVideo(loss: number): Promise<{ arrived: number[]; keyFramesWanted: number; packets: number }> {
  const clock = new VirtualClock();
  const random = new SeededRandom(7);
  const now = (): number => clock.now();
  let packets = 0;
  const to = (other: () => RtpSession) => (packet: Buffer) => {
    packets++;
    // The next one is written over it.
    const copy = Buffer.from(packet);
    if (random.next() >= loss) clock.setTimeout(() => other().receive(copy), DELAY_MS);
  };
  const shared = { logger: silentLogger, clock, originMs: 0 };
  const sending: RtpSession = new RtpSession({ ...shared, send: to(() => receiving) });
  const receiving: RtpSession = new RtpSession({ ...shared, send: to(() => sending) });

  let keyFramesWanted = 0;
  const source = new FrameSource(now, () => keyFramesWanted++);
  const sender = new NodeMediaSender("video", { ssrc: 5, now, send: to(() => receiving) }, () => {});
  sending.addSender(sender);
  await sender.replaceTrack(createReceivedTrack({ kind: "video", source, logger: silentLogger }));
  const remote: RemoteSection = {
    mid: "v",
    kind: "video",
    rejected: false,
    sends: true,
    takes: true,
    formats: FORMATS,
    ssrcs: [5],
    midExtension: undefined,
  };
  const [from, at] = [new Section("v", "video", FORMATS, sending), new Section("v", "video", FORMATS, receiving)];
  from.bind(sender);
  from.agree({ ...remote, sends: false, ssrcs: [] }, true);
  at.agree(remote, false);
  sending.setSections([from]);
  receiving.setSections([at]);
  const arrived: number[] = [];
  at.receiver.track.subscribe(({ frame }) => arrived.push(new DataView(frame.data).getUint16(6)));

  let keyFramesSent = 0;
  for (let number = 0; number < FRAMES; number++) {
    const isKey = keyFramesSent < keyFramesWanted;
    if (isKey) keyFramesSent = keyFramesWanted;
    const data = new Uint8Array(vp8Frame(0, isKey, FRAME_BYTES));
    new DataView(data.buffer).setUint16(6, number);
    const rtpTimestamp = number * 3_000;
    source.deliver(createFrame(data, isKey ? "key" : "delta", { mimeType: vp8.mimeType, rtpTimestamp }), vp8, now());
    await clock.advance(33);
  }
  await clock.advance(2_000);
  sending.close();
  receiving.close();
  return { arrived, keyFramesWanted, packets };
}

describe("video through a network that loses packets", () => {
  it("comes whole and in order at 2 %, by asking again, not by key frames", async () => {
    const { arrived, keyFramesWanted } = await sendVideo(0.02);
    expect(arrived).toEqual(arrived.toSorted((one, other) => one - other));
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(arrived.length).toBeGreaterThan(FRAMES * 0.99);
    // The first, perhaps once more because that was lost.
    expect(keyFramesWanted).toBeLessThanOrEqual(3);
  });

  it("is not asked for twice where nothing is lost", async () => {
    const { arrived, packets } = await sendVideo(0);
    expect(arrived.length).toBe(FRAMES);
    // 9 payloads a frame, and two reports a second from each side.
    expect(packets).toBeLessThan(FRAMES * 9 + 150);
  });
});
