import { ROOT } from "../lib/root.mjs";
import { runLogged } from "../lib/run-logged.mjs";
import { toolEnv } from "../lib/tool.mjs";

/** @returns {Promise<boolean>} */
export function runBuild() {
  // The JavaScript behind the command: without a shell it starts on Windows too.
  const args = [`${ROOT}/node_modules/turbo/bin/turbo`, "run", "build", "--output-logs=errors-only"];
  return runLogged("build", "Building the packages", { command: process.execPath, args, env: toolEnv() });
}
