import { describe, expect, it } from "vitest";
import { readAvcConfiguration, toAnnexB } from "./avc.js";

const SPS = [0x67, 0x42, 0xe0, 0x1f];
const PPS = [0x68, 0xce];
const RECORD = Uint8Array.from([1, 0x42, 0xe0, 0x1f, 0xff, 0xe1, 0, 4, ...SPS, 1, 0, 2, ...PPS]);
const CODE = [0, 0, 0, 1];

function framed(...units: number[][]): Uint8Array {
  return Uint8Array.from(units.flatMap((unit) => [0, 0, 0, unit.length, ...unit]));
}

describe("H264 of an MP4 file", () => {
  const configuration = readAvcConfiguration(RECORD);
  if (!configuration) throw new Error("no configuration");
  const convert = (...units: number[][]): number[] => [...toAnnexB(framed(...units), configuration)];

  it("has SPS and PPS before each IDR", () => {
    expect(configuration.lengthBytes).toBe(4);
    expect(convert([0x65, 1, 2])).toEqual([...CODE, ...SPS, ...CODE, ...PPS, ...CODE, 0x65, 1, 2]);
    expect(convert([0x41, 1, 2])).toEqual([...CODE, 0x41, 1, 2]);
  });

  it("keeps a delimiter in front, and what is in the stream already", () => {
    expect(convert([0x09, 0x10], [0x06, 1], [0x65, 1])).toEqual(
      [[0x09, 0x10], SPS, PPS, [0x06, 1], [0x65, 1]].flatMap((unit) => [...CODE, ...unit]),
    );
    expect(convert(SPS, PPS, [0x65, 1])).toEqual([SPS, PPS, [0x65, 1]].flatMap((unit) => [...CODE, ...unit]));
  });

  it("is refused where its record is cut off", () => {
    for (let length = 0; length < RECORD.length; length++) {
      expect(readAvcConfiguration(RECORD.subarray(0, length))).toBeUndefined();
    }
  });
});
