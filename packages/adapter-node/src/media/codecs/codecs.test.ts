import { describe, expect, it } from "vitest";
import { av1 } from "./av1.js";
import { splitAnnexB } from "./annex-b.js";
import { CODECS, findCodec } from "./codec-list.js";
import type { Codec } from "./codec.js";
import { h264 } from "./h264.js";
import { h265 } from "./h265.js";
import { opus } from "./opus.js";
import { vp8 } from "./vp8.js";
import { vp9 } from "./vp9.js";

const MAX_BYTES = 100;

const bytes = (length: number, first: readonly number[] = []): Uint8Array => {
  const data = Uint8Array.from({ length }, (_, index) => (index * 7 + 3) & 0xff || 1);
  data.set(first);
  return data;
};
const START = [0, 0, 0, 1];
const SPS = [...START, 0x67, 0x42, 0xe0, 0x1f];
const PPS = [...START, 0x68, 0xce, 0x3c, 0x80, 1];

/** A unit of AV1 with its size in one byte or two: `type` is 1 for a sequence header, 6 for a frame. */
const unit = (type: number, body: Uint8Array): number[] => {
  const { length } = body;
  return [(type << 3) | 2, ...(length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7]), ...body];
};

/** Frames of each codec, by name, with whether they are key frames. */
const FRAMES: readonly [Codec, string, Uint8Array, boolean][] = [
  [opus, "a packet", bytes(80), true],
  [vp8, "a key frame", bytes(1_000, [0x10, 0, 0, 0x9d, 1, 0x2a]), true],
  [vp8, "a delta frame", bytes(99, [0x11, 0, 0, 0, 0, 0]), false],
  [vp9, "a key frame", bytes(501, [0x82]), true],
  [vp9, "a delta frame", bytes(20, [0x86]), false],
  [
    h264,
    "a key frame with its parameter sets",
    Uint8Array.from([...SPS, ...PPS, ...START, 0x65, ...bytes(900, [0x88])]),
    true,
  ],
  [
    h264,
    "a delta frame of two slices",
    Uint8Array.from([...START, 0x41, ...bytes(30, [0x9a]), ...START, 0x41, ...bytes(300, [0x1a])]),
    false,
  ],
  [
    av1,
    "a key frame behind its sequence header",
    Uint8Array.from([...unit(1, bytes(11)), ...unit(6, bytes(900, [0x10]))]),
    true,
  ],
  [av1, "a delta frame", Uint8Array.from(unit(6, bytes(90, [0x30]))), false],
  [av1, "a frame header and its tiles", Uint8Array.from([...unit(3, bytes(9, [0x30])), ...unit(4, bytes(300))]), false],
  [
    h265,
    "a key frame with its parameter sets",
    Uint8Array.from(
      [
        [0x40, 1, ...bytes(20)],
        [0x42, 1, ...bytes(30)],
        [0x44, 1, ...bytes(5)],
        [0x26, 1, ...bytes(900, [0xaf])],
      ].flatMap((nal) => [...START, ...nal]),
    ),
    true,
  ],
  [h265, "a delta frame", Uint8Array.from([...START, 0x02, 1, ...bytes(300, [0xd0])]), false],
];

describe("frames in RTP payloads", () => {
  it.each(FRAMES)("%o %s: come out as they went in", (codec, _name, frame, isKey) => {
    const payloads = codec.packetize(frame, isKey, MAX_BYTES);
    expect(payloads.every(({ byteLength }) => byteLength > 0 && byteLength <= MAX_BYTES)).toBe(true);
    expect(codec.depacketize(payloads)).toEqual(frame);
    expect(codec.isKeyFrame(frame)).toBe(isKey);
    const [first, ...others] = payloads;
    expect(first && codec.beginsFrame(first)).toBe(true);
    expect(first && codec.beginsKeyFrame(first)).toBe(isKey);
    if (codec === vp8 || codec === vp9) expect(others.some((one) => codec.beginsFrame(one))).toBe(false);
  });

  it("of random bytes throw nothing, whatever the codec", () => {
    for (const codec of CODECS) {
      for (let length = 0; length < 64; length++) {
        for (let first = 0; first < 256; first += 3) {
          const payload = bytes(length, length > 0 ? [first] : []);
          codec.depacketize([payload, payload]);
          codec.beginsFrame(payload);
          codec.beginsKeyFrame(payload);
          codec.isKeyFrame(payload);
          codec.packetize(payload, false, MAX_BYTES);
        }
      }
    }
  });

  it("of VP8 have a descriptor of 1 to 6 bytes (RFC 7741, section 4.2)", () => {
    const frame = [0x11, 1, 2, 3];
    for (const descriptor of [
      [0x10],
      [0x90, 0x80, 0x11],
      [0x90, 0x80, 0x81, 0x11],
      [0x90, 0x40, 0x07],
      [0x90, 0x20, 0x40],
      [0x90, 0xf0, 0x81, 0x11, 0x07, 0x45],
    ]) {
      expect(vp8.depacketize([Uint8Array.from([...descriptor, ...frame])])).toEqual(Uint8Array.from(frame));
    }
    expect(vp8.depacketize([Uint8Array.of(0x90, 0x80, 0x81)])).toBeUndefined();
  });

  it("of VP9 have descriptors of both modes, with scalability structures (RFC 9628, section 4.2)", () => {
    const frame = [0x86, 1, 2, 3];
    for (const descriptor of [
      [0x4c],
      [0xcc, 0x11],
      [0xcc, 0x81, 0x11],
      // Non-flexible with layers: TL0PICIDX follows.
      [0xec, 0x81, 0x11, 0x00, 0x05],
      // Flexible with layers and two references.
      [0xfc, 0x81, 0x11, 0x00, 0x03, 0x04],
      // One spatial layer with its size, and a picture group of two.
      [0x8e, 0x11, 0x18, 2, 0x80, 1, 0xe0, 2, 0x00, 0x04, 0x01],
    ]) {
      expect(vp9.depacketize([Uint8Array.from([...descriptor, ...frame])])).toEqual(Uint8Array.from(frame));
    }
  });

  it("of H264 travel whole, together or in pieces (RFC 6184, sections 5.6 to 5.8)", () => {
    const [unit, small] = [
      [0x41, 0x9a, 5, 6],
      [0x06, 1, 2],
    ];
    expect(h264.packetize(Uint8Array.from([...START, ...unit]), false, MAX_BYTES)).toEqual([Uint8Array.from(unit)]);
    expect(h264.packetize(Uint8Array.from([0, 0, 1, ...small, ...START, ...unit]), false, MAX_BYTES)).toEqual([
      Uint8Array.from([0x58, 0, 3, ...small, 0, 4, ...unit]),
    ]);
    const large = bytes(150, [0x65, 0x88]);
    const pieces = h264.packetize(Uint8Array.from([...START, ...large]), true, MAX_BYTES);
    expect(pieces.map((piece) => [...piece.subarray(0, 3)])).toEqual([
      [0x7c, 0x85, 0x88],
      [0x7c, 0x45, large[76]],
    ]);
    expect(h264.depacketize(pieces.slice(1))).toBeUndefined();
    expect(h264.depacketize(pieces.slice(0, 1))).toBeUndefined();
  });

  it("of H264 have start codes of three or four bytes, and zeros behind them", () => {
    const units = splitAnnexB(Uint8Array.from([0, 0, 1, 0x67, 1, 0, 0, 0, 0, 1, 0x68, 2, 0, 0, 1, 0x65, 3, 0, 0]));
    expect(units.map((unit) => [...unit])).toEqual([
      [0x67, 1],
      [0x68, 2],
      [0x65, 3],
    ]);
  });

  it("of AV1 have their units counted, or behind sizes, with or without one of their own (AV1 in RTP, section 4.4)", () => {
    const [header, picture] = [unit(1, bytes(3)), unit(6, bytes(4, [0x10]))];
    const whole = Uint8Array.from([...header, ...picture]);
    const bare = (sized: readonly number[]): number[] => [(sized[0] ?? 0) & ~2, ...sized.slice(2)];
    for (const payloads of [
      [[0x28, header.length, ...header, ...picture]],
      [[0x28, 4, ...bare(header), ...bare(picture)]],
      [[0x08, 4, ...bare(header), 5, ...bare(picture)]],
      // A delimiter is left out; a unit goes on in the next packet, and ends in the third.
      [
        [0x78, 1, 0x10, 4, ...bare(header), ...bare(picture).slice(0, 1)],
        [0xd0, ...bare(picture).slice(1, 3)],
        [0x90, ...bare(picture).slice(3)],
      ],
    ]) {
      expect(av1.depacketize(payloads.map((payload) => Uint8Array.from(payload)))).toEqual(whole);
    }
    // Without its beginning, without its end, with a size that is too large, and with one unit of two.
    for (const payload of [
      [0x90, 1],
      [0x50, 0x30, 1],
      [0x00, 9, 0x30],
      [0x20, 1, 0x30],
    ]) {
      expect(av1.depacketize([Uint8Array.from(payload)])).toBeUndefined();
    }
    const delimiter = [0x12, 0];
    const [payload = new Uint8Array(), ...more] = av1.packetize(Uint8Array.from([...delimiter, ...whole]), true, 100);
    expect([[...payload], more]).toEqual([[0x08, 4, ...bare(header), 5, ...bare(picture)], []]);
  });

  it("of H265 travel whole, together or in pieces (RFC 7798, sections 4.4.1 to 4.4.3)", () => {
    const [slice, small] = [
      [0x02, 0x0a, 0xd0, 6],
      [0x4e, 0x01, 2],
    ];
    expect(h265.packetize(Uint8Array.from([...START, ...slice]), false, MAX_BYTES)).toEqual([Uint8Array.from(slice)]);
    expect(h265.packetize(Uint8Array.from([...START, ...small, ...START, ...slice]), false, MAX_BYTES)).toEqual([
      Uint8Array.from([0x60, 0x01, 0, 3, ...small, 0, 4, ...slice]),
    ]);
    const pieces = h265.packetize(Uint8Array.from([...START, 0x26, 1, ...bytes(150, [0xaf])]), true, MAX_BYTES);
    expect(pieces.map((piece) => [...piece.subarray(0, 3)])).toEqual([
      [0x62, 1, 0x93],
      [0x62, 1, 0x53],
    ]);
    expect(h265.depacketize(pieces.slice(1))).toBeUndefined();
    expect(h265.depacketize(pieces.slice(0, 1))).toBeUndefined();
  });

  it("are found by either name", () => {
    expect(findCodec("VP8")).toBe(vp8);
    expect(findCodec("VIDEO/h264")).toBe(h264);
    expect(findCodec("av1")).toBe(av1);
    expect(findCodec("H263")).toBeUndefined();
  });
});
