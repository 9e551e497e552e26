import { ROOT } from "../lib/root.mjs";
import { runLogged } from "../lib/run-logged.mjs";
import { toolEnv } from "../lib/tool.mjs";
import { pruneStale } from "./prune-stale.mjs";

/** @returns {Promise<boolean>} */
export async function runBuild() {
  // The JavaScript behind the command: without a shell it starts on Windows too.
  const args = [`${ROOT}/node_modules/turbo/bin/turbo`, "run", "build", "--output-logs=errors-only"];
  const built = await runLogged("build", "Building the packages", { command: process.execPath, args, env: toolEnv() });
  pruneStale();
  return built;
}
