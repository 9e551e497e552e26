import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { runNode } from "./run-node.js";
import { BOT_SOURCE, LIKE_SOURCE, PAGE_SOURCE } from "./consumer-sources.js";

const consumer = inject("consumer");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

interface Compiled {
  readonly code: number | null;
  readonly stdout: string;
}

/** Compiles one source file against the packed declarations, which are checked as well: `skipLibCheck: false`. */
async function compile(
  name: string,
  source: string,
  { module, ...options }: { module: "NodeNext" | "Bundler"; lib: string[]; types: string[] },
): Promise<Compiled> {
  const folder = join(consumer, "types", name);
  await mkdir(folder, { recursive: true });
  await symlink(join(consumer, "node_modules"), join(folder, "node_modules"), "dir");
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "main.ts"), source);
  const compilerOptions = {
    ...options,
    target: "ES2022",
    module: module === "Bundler" ? "ESNext" : "NodeNext",
    moduleResolution: module,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  const { code, stdout } = await runNode(folder, [tsc, "-p", "."]);
  return { code, stdout };
}

const COMPILES = { code: 0, stdout: "" };

describe.each(["NodeNext", "Bundler"] as const)("with moduleResolution %s and skipLibCheck: false", (module) => {
  it("a bot compiles with lib ES2022 and Node's types, no DOM", async () => {
    const options = { module, lib: ["ES2022"], types: ["node"] };
    expect(await compile(`bot-${module}`, BOT_SOURCE, options)).toEqual(COMPILES);
  });

  it("a page compiles with the DOM and no Node, and the DOM's objects are what core's types ask for", async () => {
    const options = { module, lib: ["ES2022", "DOM"], types: [] };
    expect(await compile(`page-${module}`, `${PAGE_SOURCE}${LIKE_SOURCE}`, options)).toEqual(COMPILES);
  });

  it("what does not fit is refused, so the two above can fail", async () => {
    const source = `import { Peer } from "peerhood";\nnew Peer({ iceTransportPolicy: "some" });\n`;
    const { code, stdout } = await compile(`wrong-${module}`, source, { module, lib: ["ES2022"], types: ["node"] });
    expect(code).not.toBe(0);
    expect(stdout).toContain("'\"some\"' is not assignable");
  });
});
