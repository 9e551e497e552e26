import { readFileSync } from "node:fs";
import { npmCommand } from "./npm.mjs";
import { ROOT } from "./root.mjs";

/**
 * The command line that runs pnpm, in the version that package.json names, through the npm that comes with Node:
 * nothing has to be installed first.
 * @param {readonly string[]} args
 */
export function pnpmCommand(args) {
  const { packageManager } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8"));
  return npmCommand(["exec", "--yes", `--package=${packageManager}`, "--", "pnpm", ...args]);
}
