import { describe, expect, it } from "vitest";
import { clean, formatBytes, formatDuration, formatRate, nameOf } from "./format.js";

describe("what is shown", () => {
  it.each([
    [-1, "0 B"],
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1 kB"],
    [1_550, "1.6 kB"],
    [999_600, "1 MB"],
    [123_456_789, "123 MB"],
    [5e15, "5000 TB"],
  ])("%s bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
    expect(formatRate(bytes)).toBe(`${text}/s`);
  });

  it.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_400, "1 s"],
    [90_000, "90 s"],
    [100_000, "2 min"],
    [7_200_000, "2 h"],
  ])("%s ms are %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it("names are the remote's choice: one line, short, no tricks with the direction of text", () => {
    expect(nameOf({ id: "abcdefghijkl", metadata: { name: "  Ada\n\u202elovelace " } })).toBe("Ada lovelace");
    expect(clean("x".repeat(1_000))).toHaveLength(48);
    for (const metadata of [undefined, null, 7, "Ada", {}, { name: 7 }, { name: "\n" }]) {
      expect(nameOf({ id: "abcdefghijkl", metadata })).toBe("abcdefgh");
    }
  });
});
