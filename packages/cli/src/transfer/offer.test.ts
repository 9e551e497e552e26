import { expect, it } from "vitest";
import { checkOffer, isSafeName, namesOf, type OfferItem } from "./offer.js";

const entry = (path: string) => ({ path, size: 1, modifiedMs: 0 });
const folder = (...paths: string[]): OfferItem => ({ name: "f", kind: "folder", entries: paths.map(entry) });
const check =
  (...items: unknown[]) =>
  () =>
    checkOffer({ version: 1, items });

it.each([
  "",
  ".",
  "..",
  "a/b",
  "a\\b",
  "C:",
  "a\0b",
  "a\nb",
  "\u001B[2J",
  "nul",
  "COM1.txt",
  "a.",
  "a ",
  "x.part.journal",
  "x.part.JOURNAL",
  "lpt¹.txt",
  "nul .txt",
  "photo\u202Egpj.exe",
  "half\uD83D",
])("%j is no safe name", (name) => {
  expect(isSafeName(name)).toBe(false);
  expect(check({ name, kind: "file", entries: [entry("")] })).toThrow("Refused");
});

it.each([".profile", "a b", "ä…", "a.part", "...x", "日本"])("%j is one", (name) => {
  expect(isSafeName(name)).toBe(true);
});

it.each(["../a", "a/../b", "/a", "a//b", "a/", "", "a\\..\\b"])("the path %j is refused", (path) => {
  expect(check(folder(path))).toThrow("Refused");
});

it("two of one name, and a file that is a folder too, are refused", () => {
  expect(check(folder("a"), folder("b"))).toThrow("twice");
  expect(check(folder("a", "a"))).toThrow("twice");
  expect(check(folder("a", "a/b"))).toThrow("file and folder");
  expect(check(folder("a/b", "a/c"))).not.toThrow();
});

it.each([
  undefined,
  null,
  "x",
  {},
  { version: 2, items: [] },
  { version: 1, items: [null] },
  { version: 1, items: [] },
])("%j is no offer", (value) => expect(() => checkOffer(value)).toThrow("Refused"));

it("a file that is a folder, and a time that no calendar has, are refused", () => {
  expect(check({ name: "a", kind: "file", entries: [{ ...entry(""), folder: true }] })).toThrow("that is a folder");
  expect(check({ name: "a", kind: "file", entries: [{ ...entry(""), modifiedMs: 1e300 }] })).toThrow("wrongly");
});

it("many names are one line, without what steers a terminal", () => {
  const items = Array.from({ length: 12 }, (_, index): OfferItem => ({ ...folder("a"), name: `${index}\u200B` }));
  expect(namesOf({ version: 1, items })).toBe("0\uFFFD, 1\uFFFD, 2\uFFFD, 3\uFFFD, 4\uFFFD and 7 more");
});

it.each([-1, 1.5, "1", undefined, Infinity])("%j is no size", (size) => {
  expect(check({ name: "a", kind: "file", entries: [{ path: "", size, modifiedMs: 0 }] })).toThrow("Refused");
});
