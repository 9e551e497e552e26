import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { encodeBase32 } from "../util/base32.js";
import { roomTopic } from "./room-topic.js";

test("the topic is HMAC-SHA256 of the room's name, as Node computes it", async () => {
  for (const room of ["lobby", "", "räume 🚪", "x".repeat(300)]) {
    const expected = createHmac("sha256", "peerhood/topic/1").update(room).digest();
    expect(await roomTopic(room)).toBe(encodeBase32(expected));
  }
});

test("the server computes the same", async () => {
  // Its test reads the same file.
  const file = new URL("../../../docs/protocol/signaling-server.vectors.json", import.meta.url);
  const { roomTopics } = JSON.parse(readFileSync(file, "utf8")) as { roomTopics: { room: string; topic: string }[] };
  expect(roomTopics.length).toBeGreaterThan(2);
  for (const { room, topic } of roomTopics) expect(await roomTopic(room)).toBe(topic);
});

test("base32 of RFC 4648 section 10", () => {
  const encode = (text: string): string => encodeBase32(new TextEncoder().encode(text));
  expect(["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(encode)).toEqual([
    "",
    "my",
    "mzxq",
    "mzxw6",
    "mzxw6yq",
    "mzxw6ytb",
    "mzxw6ytboi",
  ]);
});
