import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "./limits.js";
import { decodeFrame, encodeError, encodeFrame, encodeTokenAck, encodeWelcome, ErrorCode } from "./protocol.js";
import { roomTopic } from "./room-topic.js";

interface Vectors {
  frames: { name: string; hex: string; type: number; number: number; topic: string; body: string }[];
  roomTopics: { room: string; topic: string }[];
  notFrames: { name: string; hex: string }[];
}

// The same file is read by the tests of the driver's codec.
const vectors = JSON.parse(
  readFileSync(new URL("../../docs/protocol/signaling-server.vectors.json", import.meta.url), "utf8"),
) as Vectors;

describe("the server's codec agrees with the protocol", () => {
  for (const { name, hex, type, number, topic, body } of vectors.frames) {
    it(name, () => {
      expect(encodeFrame(type, number, topic, Buffer.from(body, "hex")).toString("hex")).toBe(hex);
      const frame = decodeFrame(Buffer.from(hex, "hex"));
      expect(frame && { ...frame, body: Buffer.from(frame.body).toString("hex") }).toEqual({
        type,
        number,
        topic,
        body,
      });
    });
  }

  for (const { name, hex } of vectors.notFrames) {
    it(`${name} is not a frame`, () => expect(decodeFrame(Buffer.from(hex, "hex"))).toBeUndefined());
  }

  const hexOf = (start: string): string | undefined => vectors.frames.find(({ name }) => name.startsWith(start))?.hex;

  it("welcome", () => {
    const start = "welcome: 65,536 bytes, 1,024 topics, ";
    expect(encodeWelcome(DEFAULT_LIMITS).toString("hex")).toBe(hexOf(`${start}for ever`));
    expect(encodeWelcome(DEFAULT_LIMITS, 60_000).toString("hex")).toBe(hexOf(`${start}the token`));
  });

  it("ack of a token", () => expect(encodeTokenAck(0, 60_000).toString("hex")).toBe(hexOf("ack of a token")));

  it("topics of rooms", () => {
    for (const { room, topic } of vectors.roomTopics) expect(roomTopic(room)).toBe(topic);
  });

  it("error", () => {
    const frame = encodeError(8, "rooms/all", ErrorCode.tooManyTopics, "a client may have 1024 topics");
    expect(frame.toString("hex")).toBe(hexOf("error: too many"));
  });
});
