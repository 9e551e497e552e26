import { expect, it } from "vitest";
import { createCode, parseCode } from "./code.js";
import { formatBytes, formatDuration, harmless, shorten } from "./format.js";
import { progressLine, RateMeter } from "./progress-line.js";

it("bytes and durations in words", () => {
  expect([0, 999, 1_000, 999_499, 999_600, 1_500_000, 2e12].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "999 kB",
    "1.0 MB",
    "1.5 MB",
    "2.0 TB",
  ]);
  expect([0, 59, 61, 3_661].map(formatDuration)).toEqual(["0 s", "59 s", "1 min 1 s", "1 h 1 min"]);
});

it("a progress line never is as wide as the terminal, and says at least how far it is", () => {
  for (const total of [undefined, 0, 200_000_000]) {
    for (let columns = 1; columns < 200; columns++) {
      const line = progressLine(
        "a-long-name-of-a-file.tar.gz",
        { current: 84_000_000, total, rate: 12_300_000 },
        columns,
      );
      expect(line.length).toBeLessThan(Math.max(2, columns));
      if (columns > 8) expect(line).toMatch(/%|MB/);
    }
  }
});

it("the rate is that of the last seconds, and begins anew where bytes go back", () => {
  const meter = new RateMeter();
  for (let second = 0; second <= 20; second++) meter.add(second < 10 ? 0 : (second - 10) * 1_000, second * 1_000);
  expect(meter.rate).toBe(1_000);
  meter.add(0, 21_000);
  expect(meter.rate).toBeUndefined();
});

it("what a remote wrote steers no terminal", () => {
  expect(harmless("a\u001B[2Jb\r\n\u202Ec")).toBe("a\uFFFD[2Jb\uFFFD\uFFFD\uFFFDc");
  expect(shorten("abcdefghij", 5)).toBe("ab…ij");
});

it("codes are read as people type them", () => {
  expect(parseCode(" 7 Crater-ANCHOR ")).toEqual({
    text: "7-crater-anchor",
    room: "peerhood-cli:7",
    password: "crater-anchor",
  });
  for (const text of ["", "7", "7-crater", "crater-anchor", "7-cr4ter-anchor"]) expect(() => parseCode(text)).toThrow();
  const { text } = createCode();
  expect(parseCode(text).text).toBe(text);
});
