import { expect, test } from "vitest";
import { EMOJI, WORDS } from "./fingerprint-lists.js";

test("a word is a byte and an emoji six bits: none is there twice", () => {
  expect([new Set(WORDS).size, new Set(EMOJI).size]).toEqual([256, 64]);
});
