import { readFileSync } from "node:fs";
import { ROOT } from "./root.mjs";

/**
 * The command line that runs pnpm, in the version that package.json names, through the npm that comes with Node:
 * nothing has to be installed first.
 * @param {readonly string[]} args
 */
export function pnpmCommand(args) {
  const { packageManager } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8"));
  const viaNpm = ["exec", "--yes", `--package=${packageManager}`, "--", "pnpm", ...args];
  const env = { ...process.env, npm_config_loglevel: "error", npm_config_update_notifier: "false" };
  // Under `npm run` this is npm itself: no shell in between, and none of its quoting, on Windows either.
  const npm = process.env["npm_execpath"];
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) {
    return { command: process.execPath, args: [npm, ...viaNpm], env };
  }
  return process.platform === "win32"
    ? { command: "npm.cmd", args: viaNpm, env, shell: true }
    : { command: "npm", args: viaNpm, env };
}
