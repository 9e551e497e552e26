import { cp, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runNode } from "./run-node.js";

const root = fileURLToPath(new URL("../../../..", import.meta.url)).replace(/[\\/]$/, "");
let copy: string;

/** The sources and manifests of the packages, with links to what is installed. */
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "peerhood-boundaries-"));
  await cp(join(root, ".oxlintrc.json"), join(copy, ".oxlintrc.json"));
  await symlink(join(root, "node_modules"), join(copy, "node_modules"), "dir");
  for (const name of await readdir(join(root, "packages"))) {
    await cp(join(root, "packages", name), join(copy, "packages", name), {
      recursive: true,
      filter: (source) => !/[\\/](node_modules|dist|docs|e2e|bench)([\\/]|$)/.test(source.slice(root.length)),
    });
  }
});

afterAll(() => rm(copy, { recursive: true, force: true }));

/** Puts files into the copy, runs the check once, takes them away. Resolves with the lines that it said. */
async function plant(files: ReadonlyMap<string, string>, check: readonly string[]): Promise<string[]> {
  for (const [file, source] of files) await writeFile(join(copy, file), source);
  const { code, stdout, stderr } = await runNode(copy, check);
  for (const file of files.keys()) await rm(join(copy, file));
  expect(code, stderr).toBe(files.size === 0 ? 0 : 1);
  return `${stdout}\n${stderr}`.split("\n");
}

const BOUNDARIES = [join(root, "scripts/boundaries.mjs")];
const LINT = [join(root, "node_modules/oxlint/bin/oxlint"), "-c", ".oxlintrc.json", "-f", "unix", "packages"];

it("what stands here passes", async () => {
  const said = await plant(new Map(), [...BOUNDARIES, copy]);
  expect(said.join("")).toMatch(/^\d{3,} imports in \d{3,} files: 0 wrong\.$/);
});

it("every kind of wrong import is refused, each with its reason", async () => {
  const wrong: [folder: string, source: string, reason: string][] = [
    ["core", `import "node:fs";`, "core runs without Node"],
    ["core", `import "ws";`, "core may import eventemitter3, @noble/"],
    ["core", `import "../../server/src/index.js";`, "a relative path leaves the package"],
    ["core", `import "./nowhere.js";`, "there is no such file"],
    ["adapter-browser", `import type {} from "@peerhood/adapter-node";`, "adapter-browser may import"],
    ["adapter-browser", `import "node:events";`, "adapter-browser runs without Node"],
    ["adapter-node", `export * from "peerhood";`, "adapter-node may import"],
    ["peerhood", `import "web-streams-polyfill";`, "only polyfill.ts of peerhood may import it"],
    ["peerhood", `await import("@peerhood/adapter-node");`, "only adapter.node.ts of peerhood may import it"],
    ["server", `import "@peerhood/core";`, "server may import ws"],
    ["inspector", `import { Peer } from "@peerhood/core";\nPeer;`, "inspector may import types only"],
    ["testing", `import "node:events";`, "testing runs without Node"],
  ];
  const files = wrong.map(([folder, source], at) => [
    `packages/${folder}/src/planted-${at}.ts`,
    `${source}\nexport {};`,
  ]);
  const said = await plant(new Map(files as [string, string][]), [...BOUNDARIES, copy]);
  for (const [at, [folder, , reason]] of wrong.entries()) {
    const line = said.find((text) => text.startsWith(`packages/${folder}/src/planted-${at}.ts imports `));
    expect(line, `planted-${at}`).toContain(reason);
  }
  expect(said.join("\n")).toContain(`files: ${wrong.length} wrong.`);
});

it("a cycle is refused, one of types alone is not", async () => {
  const pair = (a: string, b: string, type: string): [string, string][] => [
    [`packages/core/src/${a}.ts`, `import ${type} { one } from "./${b}.js";\nexport const two = (): typeof one => 1;`],
    [`packages/core/src/${b}.ts`, `import ${type} { two } from "./${a}.js";\nexport const one = (): typeof two => 1;`],
  ];
  const said = await plant(new Map([...pair("planted-a", "planted-b", ""), ...pair("fine-a", "fine-b", "type")]), [
    ...BOUNDARIES,
    copy,
  ]);
  const cycles = said.filter((line) => line.startsWith("cycle: "));
  expect(cycles.join("\n")).toMatch(/planted-a\.ts -> .*planted-b\.ts/);
  expect(cycles.join("\n")).not.toContain("fine");
});

it("globals that not every runtime has are refused where they do not belong", async () => {
  const wrong = {
    core: ["window", "document", "process", "Buffer", "setImmediate", "navigator", "RTCPeerConnection", "console"],
    peerhood: ["WebSocket", "process"],
    testing: ["WebSocket", "Buffer", "window"],
    "adapter-browser": ["process", "Buffer", "setImmediate"],
    "adapter-node": ["window", "document", "RTCPeerConnection"],
  };
  const files = new Map(
    Object.entries(wrong).map(([name, globals]) => [
      `packages/${name}/src/planted.ts`,
      `export const values = [AbortController, ${globals.join(", ")}];`,
    ]),
  );
  const said = (await plant(files, LINT)).filter((line) => line.includes("no-undef") && line.includes("planted"));
  const named = said.map((line) => /packages\/(.+?)\/src.*'(\w+)' is not defined/.exec(line)?.slice(1).join(" "));
  const expected = Object.entries(wrong).flatMap(([name, globals]) => globals.map((global) => `${name} ${global}`));
  expect(named.toSorted()).toEqual(expected.toSorted());
});
