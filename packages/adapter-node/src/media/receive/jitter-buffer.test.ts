import { beforeEach, describe, expect, it } from "vitest";
import { opus } from "../codecs/opus.js";
import { vp8 } from "../codecs/vp8.js";
import { AUDIO_PATIENCE_MS, NACK_INTERVAL_MS, REORDER_GUARD_MS, VIDEO_PATIENCE_MS } from "../constants.js";
import { JitterBuffer, type WaitingPacket } from "./jitter-buffer.js";
import { MissingPackets } from "./missing-packets.js";

const KEY = [0x10, 0x10, 0, 0, 0x9d, 1, 0x2a, 0, 0, 0, 0];
const DELTA = [0x10, 0x11, 0, 0, 0, 0];
const REST = [0x00, 1, 2];

let frames: number[][] = [];
let keyFramesNeeded = 0;
let buffer: JitterBuffer;

beforeEach(() => {
  frames = [];
  keyFramesNeeded = 0;
  buffer = new JitterBuffer({
    frame: (packets) => frames.push(packets.map(({ sequence }) => sequence)),
    keyFrameNeeded: () => keyFramesNeeded++,
  });
});

/** Frames of two packets each: 0 and 1, 2 and 3… The first is a key frame, and those of `keys`. */
function video(sequence: number, keys: readonly number[] = [0]): WaitingPacket {
  const number = sequence >> 1;
  const first = keys.includes(number) ? KEY : DELTA;
  const payload = Uint8Array.from(sequence % 2 === 0 ? first : REST);
  return { sequence, timestamp: number * 3_000, marker: sequence % 2 === 1, payloadType: 96, payload, codec: vp8 };
}

function audio(sequence: number): WaitingPacket {
  return {
    sequence,
    timestamp: sequence * 960,
    marker: false,
    payloadType: 111,
    payload: Uint8Array.of(1),
    codec: opus,
  };
}

describe("the jitter buffer", () => {
  it("gives frames whole and in order, whatever the order of packets", () => {
    for (const sequence of [0, 3, 1, 2, 5, 4, 4, 1]) buffer.push(video(sequence), 0);
    expect(frames).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(buffer.waits).toBe(false);
  });

  it("begins with a key frame", () => {
    for (const sequence of [3, 4, 5, 6, 7]) buffer.push(video(sequence, [3]), 0);
    expect(frames).toEqual([[6, 7]]);
  });

  it("waits for what is missing, then goes on with a key frame and asks for one", () => {
    for (const sequence of [0, 1, 2, 4, 5]) buffer.push(video(sequence), 0);
    buffer.tick(VIDEO_PATIENCE_MS - 1);
    expect([frames, keyFramesNeeded]).toEqual([[[0, 1]], 0]);
    buffer.tick(VIDEO_PATIENCE_MS);
    expect(keyFramesNeeded).toBe(1);
    // Too late: what it belongs to was given up.
    buffer.push(video(3), VIDEO_PATIENCE_MS);
    for (const sequence of [6, 7, 8, 9]) buffer.push(video(sequence, [4]), VIDEO_PATIENCE_MS);
    expect(frames).toEqual([
      [0, 1],
      [8, 9],
    ]);
  });

  it("takes a key frame that is here already", () => {
    for (const sequence of [0, 1, 3, 4, 5, 6, 7]) buffer.push(video(sequence, [0, 2]), 0);
    buffer.tick(VIDEO_PATIENCE_MS);
    expect([frames, keyFramesNeeded]).toEqual([
      [
        [0, 1],
        [4, 5],
        [6, 7],
      ],
      0,
    ]);
  });

  it("goes on behind lost audio", () => {
    for (const sequence of [0, 1, 3, 4]) buffer.push(audio(sequence), 0);
    expect(frames).toEqual([[0], [1]]);
    buffer.tick(AUDIO_PATIENCE_MS);
    expect(frames).toEqual([[0], [1], [3], [4]]);
  });

  it("passes over padding, and ends a frame at the next timestamp where no marker is set", () => {
    const padding = { ...video(2), payload: new Uint8Array() };
    const unmarked = { ...video(1), marker: false };
    for (const packet of [video(0), unmarked, padding]) buffer.push(packet, 0);
    expect(frames).toEqual([[0, 1]]);
  });
});

describe("packets that are missing", () => {
  it("are asked for after a moment, and again after a round trip, until they are here or of no use", () => {
    const missing = new MissingPackets();
    for (const sequence of [10, 13, 12]) missing.arrived(sequence, 0);
    expect(missing.due(REORDER_GUARD_MS - 1, 0, 0)).toEqual([]);
    expect(missing.due(REORDER_GUARD_MS, 0, 0)).toEqual([11]);
    expect(missing.due(REORDER_GUARD_MS + NACK_INTERVAL_MS - 1, 0, 0)).toEqual([]);
    expect(missing.due(REORDER_GUARD_MS + NACK_INTERVAL_MS, 0, 0)).toEqual([11]);
    expect(missing.due(1_000, 0, 12)).toEqual([]);
    expect(missing.size).toBe(0);
  });

  it("are too many after an outage", () => {
    const missing = new MissingPackets();
    missing.arrived(10, 0);
    expect(missing.arrived(2_000, 0)).toBe(false);
    expect(missing.size).toBe(0);
  });
});
