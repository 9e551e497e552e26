import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { packAll } from "../../../../scripts/lib/pack.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of a project outside the repository, with the packed tarballs installed by npm. */
    consumer: string;
    /** Path of the tarball by name of the package. */
    tarballs: Record<string, string>;
  }
}

/** As in pnpm-workspace.yaml; the declarations of Node that a consumer compiles against. */
const NODE_TYPES = "20.19.43";

/** Once for all test files of the project: packs what is published, and installs it as a stranger would. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "peerhood-consumer-"));
  const tarballs = Object.fromEntries(await packAll(join(folder, "tarballs")));
  const local = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]));
  const manifest = {
    name: "consumer",
    private: true,
    type: "module",
    dependencies: { ...local, "@types/node": NODE_TYPES },
    // Nothing of peerhood may come from the registry, whatever is published there.
    overrides: Object.fromEntries(Object.keys(local).map((name) => [name, `$${name}`])),
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await promisify(execFile)(npm, ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], {
    cwd: folder,
    shell: process.platform === "win32",
  });
  project.provide("consumer", folder);
  project.provide("tarballs", tarballs);
  return () => rm(folder, { recursive: true, force: true });
}
