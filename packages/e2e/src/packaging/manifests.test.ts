import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";

const tarballs = inject("tarballs");

async function tar(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("tar", args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

describe.each(Object.entries(tarballs))("the tarball of %s", (_name, tarball) => {
  it("has no source condition, no workspace version and no path of this repository in its manifest", async () => {
    const manifest = await tar("-xzOf", tarball, "package/package.json");
    expect(manifest).toContain('"exports"');
    expect(manifest).not.toContain("@peerhood/source");
    expect(manifest).not.toMatch(/"(workspace|catalog|link|file):/);
  });

  it("holds what its manifest and its source maps point to, and no tests", async () => {
    const files = new Set((await tar("-tzf", tarball)).trim().split("\n"));
    const manifest = JSON.parse(await tar("-xzOf", tarball, "package/package.json"));
    const targets = JSON.stringify([manifest.exports, manifest.imports, manifest.bin]).match(/\.\/dist\/[^"]+/g) ?? [];
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !files.has(`package/${target.slice(2)}`))).toEqual([]);
    const maps = [...files].filter((file) => file.endsWith(".js.map"));
    expect(maps.length).toBeGreaterThan(0);
    const sources = maps.map((file) => file.replace("/dist/", "/src/").replace(/\.js\.map$/, ".ts"));
    expect(sources.filter((file) => !files.has(file))).toEqual([]);
    expect([...files].filter((file) => /\.test\.|\/(test-support|testing)\/|tsbuildinfo/.test(file))).toEqual([]);
  });
});

it("packs every package that is to be published", () => {
  expect(Object.keys(tarballs).toSorted()).toEqual([
    "@peerhood/adapter-browser",
    "@peerhood/adapter-node",
    "@peerhood/cli",
    "@peerhood/core",
    "@peerhood/drivers",
    "@peerhood/inspector",
    "@peerhood/media",
    "@peerhood/react",
    "@peerhood/server",
    "@peerhood/testing",
    "peerhood",
  ]);
});
