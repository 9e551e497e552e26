import { describe, expect, it } from "vitest";
import { readRtcp } from "./rtcp-read.js";
import {
  writeGoodbye,
  writeMaxBitrate,
  writeNack,
  writePictureLoss,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
} from "./rtcp-write.js";
import { isRtcp, packetsOf, readExtension, readRtp, writeHeader } from "./rtp-packet.js";
import { SequenceUnwrapper, timestampDistance } from "./sequence-number.js";

const HEADER = { payloadType: 96, marker: true, sequenceNumber: 65_535, timestamp: 2 ** 32 - 1, ssrc: 0xdeadbeef };

describe("RTP", () => {
  it("headers are read as they were written (RFC 3550, section 5.1)", () => {
    const [packet = Buffer.of(), other = Buffer.of()] = packetsOf([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    writeHeader(packet, { ...HEADER, payloadType: 7, marker: false });
    writeHeader(packet, HEADER);
    writeHeader(other, { ...HEADER, sequenceNumber: 258 });
    expect(other.toString("hex")).toBe("80e00102ffffffffdeadbeef04");
    expect(packet.toString("hex")).toBe("80e0ffffffffffffdeadbeef010203");
    expect(isRtcp(packet)).toBe(false);
    expect(readRtp(packet)).toMatchObject({ ...HEADER, payload: Buffer.of(1, 2, 3) });
  });

  it("is read behind sources, extensions and padding", () => {
    const hex = "b1600001000000020000000300000004bede000241613100506600000a0b000003";
    const packet = readRtp(Buffer.from(hex, "hex"));
    expect(packet?.payload).toEqual(Buffer.of(0x0a, 0x0b));
    expect(packet && readExtension(packet, 4)).toBe("a1");
    expect(packet && readExtension(packet, 5)).toBe("f");
    expect(packet && readExtension(packet, 6)).toBeUndefined();
  });

  it("that is cut off anywhere is refused, or read without a throw", () => {
    const whole = Buffer.from("b1600001000000020000000300000004bede000241613100506600000a0b000003", "hex");
    for (let length = 0; length < whole.byteLength; length++) {
      const packet = readRtp(whole.subarray(0, length));
      if (packet) readExtension(packet, 4);
    }
  });

  it("counts on across the wrap, in any order", () => {
    const unwrapper = new SequenceUnwrapper();
    const numbers = [65_534, 0, 65_535, 1].map((number) => unwrapper.unwrap(number) - 0x10000);
    expect(numbers).toEqual([65_534, 65_536, 65_535, 65_537]);
    expect(timestampDistance(5, 2 ** 32 - 5)).toBe(10);
    expect(timestampDistance(2 ** 32 - 5, 5)).toBe(-10);
  });
});

describe("RTCP", () => {
  it("is read as it was written, compound", () => {
    const packet = Buffer.concat([
      writeSenderReport({ ssrc: 1, unixMs: 1_500, timestamp: 77, packets: 3, bytes: 4 }),
      writeSourceDescription(1, "name"),
      writeReceiverReport(2, [
        {
          ssrc: 9,
          fractionLost: 0.25,
          packetsLost: -1,
          highestSequenceNumber: 5,
          jitter: 6,
          lastReport: 7,
          delaySinceLastReport: 8,
        },
      ]),
      writeNack(2, 9, [65_535, 0, 15, 16, 300]),
      writePictureLoss(2, 9),
      writeMaxBitrate(2, 2_500_000, [9]),
      writeGoodbye(1),
    ]);
    expect(isRtcp(packet)).toBe(true);
    const messages = readRtcp(packet);
    expect(messages).toEqual([
      {
        type: "sender-report",
        ssrc: 1,
        ntpMs: 2_208_988_801_500,
        ntpMiddle: ((2_208_988_801 & 0xffff) * 65_536 + 32_768) >>> 0,
        timestamp: 77,
      },
      { type: "report-block", ssrc: 9, fractionLost: 0.25, lastReport: 7, delaySinceLastReport: 8 },
      { type: "nack", ssrc: 9, sequenceNumbers: [65_535, 0, 15, 16, 300] },
      { type: "key-frame-request", ssrc: 9 },
      { type: "bye", ssrc: 1 },
    ]);
  });

  it("asks for lost packets in pairs of a number and a mask (RFC 4585, section 6.2.1)", () => {
    expect(writeNack(1, 2, [10, 11, 26, 27]).toString("hex")).toBe("81cd00040000000100000002000a8001001b0000");
  });

  it("tells a bitrate with exponent and mantissa (draft-alvestrand-rmcat-remb-03)", () => {
    const words = writeMaxBitrate(1, 2_500_000, [9]);
    expect(words.subarray(12, 16).toString("latin1")).toBe("REMB");
    const value = words.readUInt32BE(16);
    expect([value >>> 24, (value & 0x3ffff) * 2 ** ((value >>> 18) & 0x3f)]).toEqual([1, 2_500_000]);
  });

  it("knows full intra requests (RFC 5104, section 4.3.1)", () => {
    expect(readRtcp(Buffer.from("84ce000400000001000000000000000905000000", "hex"))).toEqual([
      { type: "key-frame-request", ssrc: 9 },
    ]);
  });

  it("of any bytes throws nothing", () => {
    for (let type = 192; type < 224; type++) {
      for (let count = 0; count < 32; count++) {
        for (const words of [0, 1, 2, 5, 7]) {
          const packet = Buffer.alloc(4 + 4 * words, 0xff);
          packet.set([0x80 | count, type, 0, words]);
          readRtcp(packet);
        }
      }
    }
  });
});
