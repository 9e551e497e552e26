import { spawn } from "node:child_process";

/** Far more than any of these scripts takes; one that hangs fails its test with what it printed. */
const TIMEOUT_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of the test runner and of pnpm; NODE_PATH would find in the repository what is missing in `folder`. */
const FOREIGN = ["NODE_OPTIONS", "NODE_PATH", "NODE_ENV", "VITEST"];

/** The environment of a stranger's shell: nothing of the test runner's or of this repository's. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.includes(name)));
}

/** Runs Node in `folder`, as a stranger's shell would. */
export function runNode(folder: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd: folder, env: cleanEnvironment(), timeout: TIMEOUT_MS });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout: stdout.trim(), stderr: stderr.trim() }));
  });
}
