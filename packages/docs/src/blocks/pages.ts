import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** Where code stands that guides show and tests run. */
const GUIDE_FOLDERS = ["packages/docs/src/guide/", "packages/e2e/src/guide/"];

/** Text by name of each file that a guide shows. */
export const GUIDE_FILES: ReadonlyMap<string, string> = new Map(
  GUIDE_FOLDERS.flatMap((folder) =>
    readdirSync(ROOT + folder)
      .filter((name) => !name.includes(".test."))
      .map((name) => [name, readFileSync(ROOT + folder + name, "utf8")] as const),
  ),
);

/** Block of code in a page. */
export interface Block {
  /** Path of the page in the repository. */
  readonly page: string;
  /** Line of its first line, from 1. */
  readonly line: number;
  /** What stands behind the fence: `ts`, `sh`. */
  readonly language: string;
  readonly code: string;
  /** The text between the block before and this one. */
  readonly before: string;
  /** The name under which the text before says to save it, or that of the file of which it is the text: {@link GUIDE_FILES}. */
  readonly file: string | undefined;
}

/** All that the site shows, and the README of each package; nothing that is generated. */
export function readPages(): readonly string[] {
  const all = readdirSync(ROOT + "packages/docs", { recursive: true, encoding: "utf8" })
    .map((path) => `packages/docs/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".md") && !/node_modules|\/reference\/(api|errors)|\.vitepress/.test(path));
  const packages = readdirSync(ROOT + "packages").map((name) => `packages/${name}/README.md`);
  return ["README.md", ...all, ...packages.filter((path) => existsSync(ROOT + path))];
}

export function readBlocks(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let before: string[] = [];
  let open: { line: number; language: string; code: string[] } | undefined;
  for (const [index, text] of readFileSync(ROOT + page, "utf8")
    .split("\n")
    .entries()) {
    const fence = /^```(\w*)$/.exec(text);
    if (fence === null) (open?.code ?? before).push(text);
    else if (open === undefined) open = { line: index + 2, language: fence[1] ?? "", code: [] };
    else {
      const told = before.join("\n");
      const code = open.code.map((line) => `${line}\n`).join("");
      const shown = [...GUIDE_FILES].find(([, text]) => text === code)?.[0];
      blocks.push({ ...open, page, code, before: told, file: shown ?? /as `([\w.]+)`[^`]*:\s*$/.exec(told)?.[1] });
      [open, before] = [undefined, []];
    }
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: this block has no end.`);
  return blocks;
}
