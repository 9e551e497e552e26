import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame } from "./websocket-codec.js";

interface Vectors {
  frames: { name: string; hex: string; type: number; number: number; topic: string; body: string }[];
  notFrames: { name: string; hex: string }[];
}

// The same file is read by the tests of the server's codec.
const vectors = JSON.parse(
  readFileSync(new URL("../../../docs/protocol/signaling-server.vectors.json", import.meta.url), "utf8"),
) as Vectors;

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("the driver's codec agrees with the protocol", () => {
  for (const { name, hex, type, number, topic, body } of vectors.frames) {
    it(name, () => {
      expect(toHex(encodeFrame(type, number, topic, fromHex(body)))).toBe(hex);
      const frame = decodeFrame(fromHex(hex));
      expect(frame && { ...frame, body: toHex(frame.body) }).toEqual({ type, number, topic, body });
    });
  }

  for (const { name, hex } of vectors.notFrames) {
    it(`${name} is not a frame`, () => expect(decodeFrame(fromHex(hex))).toBeUndefined());
  }

  it("reads a frame that is a view into a larger buffer", () => {
    const { hex = "", topic } = vectors.frames.find((frame) => frame.name === "message") ?? {};
    const padded = fromHex(`ffff${hex}ffff`);
    expect(decodeFrame(padded.subarray(2, padded.length - 2))).toMatchObject({
      topic,
      body: Uint8Array.of(1, 2, 3),
    });
  });

  it("takes any bytes without throwing", () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647);
    for (let count = 0; count < 20_000; count++) {
      const bytes = Uint8Array.from({ length: random() % 40 }, () => random() & 0xff);
      const frame = decodeFrame(bytes);
      expect(frame === undefined || frame.body.length < bytes.length).toBe(true);
    }
  });
});
