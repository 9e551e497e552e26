import { afterEach, describe, expect, it } from "vitest";
import { close, type End } from "../testing/pair.js";
import {
  connectedPair,
  negotiate,
  onlyIncoming,
  read,
  reserveFor,
  vp8Frame,
  writeUntil,
} from "../testing/media-pair.js";
import { NodeMediaStreamTrack } from "./track/node-media-stream-track.js";

const LARGE_FRAME_BYTES = 20_000;

describe("media between two connections", () => {
  const open: End[] = [];
  const pair = async (): Promise<[End, End]> => {
    const ends = await connectedPair();
    open.push(...ends);
    return ends;
  };
  afterEach(() => close(...open.splice(0)));

  it("arrives from the offering side, whole and in order", async () => {
    const [a, b] = await pair();
    const track = new NodeMediaStreamTrack({ kind: "video", codec: "VP8" });
    const sender = a.connection.media.createSender("video");
    expect(a.connection.media.pending).toBe(true);
    await sender.replaceTrack(track);
    await negotiate(a, b);
    expect(a.connection.media.pending).toBe(false);
    expect([...b.connection.media.incoming.keys()]).toEqual([sender.mid]);
    expect(a.connection.media.incoming.size).toBe(0);
    const stop = writeUntil(track, (index) => vp8Frame(index, index % 10 === 0, LARGE_FRAME_BYTES), 3_000);
    const frames = await read(onlyIncoming(b), 30);
    stop();
    const [first] = frames;
    expect(first?.type).toBe("key");
    expect(first?.getMetadata().mimeType).toBe("video/VP8");
    for (const [index, { data, timestamp, type }] of frames.entries()) {
      const number = new Uint8Array(data)[100] ?? -1;
      expect(data.byteLength).toBe(LARGE_FRAME_BYTES);
      expect(number).toBe(((new Uint8Array(first?.data ?? [])[100] ?? 0) + index) & 0xff);
      expect((timestamp - (first?.timestamp ?? 0)) | 0).toBe(index * 3_000);
      expect(type).toBe(index % 10 === 0 ? "key" : "delta");
    }
  });

  it("arrives from the answering side in a section that was reserved for it, audio as well", async () => {
    const [a, b] = await pair();
    const track = new NodeMediaStreamTrack({ kind: "audio", codec: "opus" });
    const sender = b.connection.media.createSender("audio");
    await sender.replaceTrack(track);
    reserveFor(a, b);
    expect(a.connection.media.pending).toBe(true);
    await negotiate(a, b);
    expect([a.connection.media.pending, b.connection.media.pending]).toEqual([false, false]);
    expect([...a.connection.media.incoming.keys()]).toEqual([sender.mid]);
    const stop = writeUntil(track, (index) => Uint8Array.of(0xf8, index, 1, 2), 960);
    const frames = await read(onlyIncoming(a), 20);
    stop();
    const numbers = frames.map(({ data }) => new Uint8Array(data)[1] ?? 0);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  it("carries one track in each direction of a section, and uses it again without negotiation", async () => {
    const [a, b] = await pair();
    const [fromA, fromB] = [a, b].map(({ connection }) => connection.media.createSender("video"));
    reserveFor(a, b);
    await negotiate(a, b);
    expect(fromA?.mid).toBe(fromB?.mid);
    for (const round of [1, 2]) {
      const tracks = [1, 2].map(() => new NodeMediaStreamTrack({ kind: "video", codec: "VP8" }));
      await fromA?.replaceTrack(tracks[0] ?? null);
      await fromB?.replaceTrack(tracks[1] ?? null);
      const stops = tracks.map((track, side) =>
        writeUntil(track, (index) => vp8Frame(10 * round + side, index % 5 === 0, 2_000), 3_000),
      );
      const isOf = (end: End, number: number) => async (): Promise<boolean> => {
        for await (const { data } of onlyIncoming(end).frames()) if (new Uint8Array(data)[100] === number) return true;
        return false;
      };
      expect(await Promise.all([isOf(b, 10 * round)(), isOf(a, 10 * round + 1)()])).toEqual([true, true]);
      for (const stop of stops) stop();
      await fromA?.replaceTrack(null);
      await fromB?.replaceTrack(null);
    }
  });

  it("keeps the description its size however often sections are agreed on again", async () => {
    const [a, b] = await pair();
    a.connection.media.createSender("audio");
    a.connection.media.createSender("video");
    const first = await negotiate(a, b);
    for (let round = 0; round < 20; round++) await negotiate(a, b);
    const last = await negotiate(a, b);
    expect(last.offer.length).toBeLessThan(first.offer.length + 20);
    expect(last.answer.length).toBeLessThan(first.answer.length + 20);
  });

  it("costs a connection without media nothing", async () => {
    const [a, b] = await pair();
    const { offer, answer } = await negotiate(a, b);
    expect(`${offer}${answer}`).not.toMatch(/m=(audio|video)/);
    expect(a.connection.native.hasMedia()).toBe(false);
  });

  it("asks the source for a key frame when a receiver wants one", async () => {
    const [a, b] = await pair();
    const track = new NodeMediaStreamTrack({ kind: "video", codec: "VP8" });
    await a.connection.media.createSender("video").replaceTrack(track);
    let wanted = true;
    let requests = 0;
    track.addEventListener("keyframerequest", () => {
      requests++;
      wanted = true;
    });
    await negotiate(a, b);
    const stop = writeUntil(
      track,
      (index) => {
        const isKey = wanted;
        wanted = false;
        return vp8Frame(index, isKey, 3_000);
      },
      3_000,
    );
    const incoming = onlyIncoming(b);
    await read(incoming, 5);
    const before = requests;
    // The second reader starts with a key frame of its own.
    const [first] = await read(incoming, 1);
    stop();
    expect(first?.type).toBe("key");
    expect(requests).toBeGreaterThan(before);
  });

  it("relays a remote's track to others as it is", async () => {
    const [a, b] = await pair();
    const [c, d] = await pair();
    const track = new NodeMediaStreamTrack({ kind: "video", codec: "VP9" });
    await a.connection.media.createSender("video").replaceTrack(track);
    await negotiate(a, b);
    await c.connection.media.createSender("video").replaceTrack(onlyIncoming(b));
    await negotiate(c, d);
    // Key frames only when asked for: the request passes through the relay.
    let wanted = true;
    track.addEventListener("keyframerequest", () => (wanted = true));
    const stop = writeUntil(
      track,
      (index) => {
        const frame = new Uint8Array(5_000).fill(index & 0xff);
        frame[0] = wanted ? 0x82 : 0x86;
        wanted = false;
        return frame;
      },
      3_000,
    );
    const frames = await read(onlyIncoming(d), 10);
    stop();
    expect(frames.map(({ type }) => type)[0]).toBe("key");
    expect(frames.every(({ data }) => data.byteLength === 5_000)).toBe(true);
  });

  it("ends the remote's tracks with the connection", async () => {
    const [a, b] = await pair();
    a.connection.media.createSender("audio");
    await negotiate(a, b);
    const track = onlyIncoming(b);
    const ended = new Promise((resolve) => track.addEventListener("ended", resolve));
    await close(a, b);
    await ended;
    expect(track.readyState).toBe("ended");
  });

  it("refuses what is no track of this runtime, or of the other kind, or in a codec the remote lacks", async () => {
    const [a] = await pair();
    const sender = a.connection.media.createSender("audio");
    const video = new NodeMediaStreamTrack({ kind: "video", codec: "VP8" });
    await expect(sender.replaceTrack(video)).rejects.toMatchObject({ code: "UNSUPPORTED_TRACK" });
    const foreign = {
      id: "",
      kind: "audio",
      readyState: "live" as const,
      enabled: true,
      stop() {},
      addEventListener() {},
      removeEventListener() {},
    };
    await expect(sender.replaceTrack(foreign)).rejects.toMatchObject({ code: "UNSUPPORTED_TRACK" });
    expect(() => new NodeMediaStreamTrack({ kind: "audio", codec: "aac" })).toThrow(
      expect.objectContaining({ code: "MEDIA_UNSUPPORTED" }),
    );
  });
});
