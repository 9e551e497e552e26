/**
 * The command line that runs the npm that comes with Node.
 * @param {readonly string[]} args
 */
export function npmCommand(args) {
  const env = { ...process.env, npm_config_loglevel: "error", npm_config_update_notifier: "false" };
  // Under `npm run` this is npm itself: no shell in between, and none of its quoting, on Windows either.
  const npm = process.env["npm_execpath"];
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) {
    return { command: process.execPath, args: [npm, ...args], env };
  }
  return process.platform === "win32"
    ? { command: "npm.cmd", args: [...args], env, shell: true }
    : { command: "npm", args: [...args], env };
}
