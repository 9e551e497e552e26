import { existsSync, mkdirSync } from "node:fs";
import { npmCommand } from "../lib/npm.mjs";
import { CACHE } from "../lib/root.mjs";
import { runLogged } from "../lib/run-logged.mjs";

/**
 * Node's binary of that version, from its package on npm for this platform; fetched once.
 * @param {string} version
 * @returns {Promise<string | undefined>} path of the program; `undefined` if it could not be had, which has been said
 */
export async function fetchNode(version) {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = `${CACHE}/nodes/${version}`;
  const program = `${folder}/node_modules/${name}/bin/node${platform === "win" ? ".exe" : ""}`;
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // --ignore-scripts: it is only unpacked.
  const args = [
    "install",
    "--prefix",
    folder,
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    `${name}@${version}`,
  ];
  const fetched = await runLogged(`node-${version}`, `Fetching Node ${version}`, npmCommand(args));
  return fetched && existsSync(program) ? program : undefined;
}
