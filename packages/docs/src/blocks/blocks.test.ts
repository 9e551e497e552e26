import { expect, it } from "vitest";
import { compileBlocks, isCode } from "./compile.js";
import { GUIDE_FILES, readBlocks, readPages } from "./pages.js";

const blocks = readPages().flatMap(readBlocks);

it("every block of TypeScript and JavaScript compiles, and one that does not is told by page and line", () => {
  const code = blocks.filter(isCode);
  expect(code.length).toBeGreaterThan(40);
  const planted = { page: "planted.md", line: 7, language: "js", code: "\npeer.enter(1);\n", before: "" };
  expect(compileBlocks([...code, { ...planted, file: undefined }])).toEqual([
    "planted.md:8: Property 'enter' does not exist on type 'Peer'.",
  ]);
}, 120_000);

it.each([...GUIDE_FILES.keys()])("%s, which tests run, is what a page shows", (name) => {
  expect(blocks.map(({ file }) => file)).toContain(name);
});

it.each(["bot", "page", "test"])("start/%s has blocks of less than 30 lines", (name) => {
  const start = readBlocks(`packages/docs/start/${name}.md`).filter(isCode);
  expect(start.length).toBeGreaterThan(0);
  for (const { code } of start) expect(code.split("\n").length).toBeLessThanOrEqual(30);
});
