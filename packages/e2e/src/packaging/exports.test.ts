import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";
import { runNode } from "./run-node.js";

const consumer = inject("consumer");

/** What people can write after `from`, by what the manifests in the tarballs say. */
async function specifiers(): Promise<string[]> {
  const all: string[] = [];
  for (const [name, tarball] of Object.entries(inject("tarballs"))) {
    const { stdout } = await promisify(execFile)("tar", ["-xzOf", tarball, "package/package.json"]);
    const subpaths = Object.keys((JSON.parse(stdout) as { exports: object }).exports);
    all.push(...subpaths.filter((subpath) => !subpath.endsWith(".json")).map((subpath) => name + subpath.slice(1)));
  }
  return all;
}

it("every entry of every package can be imported, with no optional peer installed, and nothing inside by its path", async () => {
  const entries = await specifiers();
  expect(entries.length).toBeGreaterThan(20);
  const inside = ["peerhood/dist/index.js", "@peerhood/core/src/index.ts", "@peerhood/drivers"];
  await writeFile(
    join(consumer, "exports.mjs"),
    `for (const specifier of ${JSON.stringify([...entries, ...inside])})
       await import(specifier).catch(({ code, message }) => console.log(specifier, code ?? message));`,
  );
  expect(await runNode(consumer, ["exports.mjs"])).toEqual({
    code: 0,
    stdout: inside.map((specifier) => `${specifier} ERR_PACKAGE_PATH_NOT_EXPORTED`).join("\n"),
    stderr: "",
  });
});
