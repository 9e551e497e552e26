import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./root.mjs";
import { toolEnv } from "./tool.mjs";
import { workspacePackages } from "./workspace.mjs";

const run = promisify(execFile);

/**
 * Packs every package that is published, as publishing it would: pnpm puts `publishConfig` over the manifest, npm does
 * not. The packages have to be built.
 * @param {string} folder where the tarballs go
 * @returns {Promise<Map<string, string>>} path of the tarball by name of the package
 */
export async function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  /** @type {Map<string, string>} */
  const tarballs = new Map();
  for (const { name, folder: from } of workspacePackages().filter((candidate) => !candidate.private)) {
    const pnpm = `${ROOT}/node_modules/pnpm/bin/pnpm.cjs`;
    const { stdout } = await run(process.execPath, [pnpm, "pack", "--json", "--pack-destination", folder], {
      cwd: `${ROOT}/${from}`,
      env: toolEnv(),
    });
    const { filename } = JSON.parse(stdout);
    tarballs.set(name, `${folder}/${basename(filename)}`);
  }
  return tarballs;
}
