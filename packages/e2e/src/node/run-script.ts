import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ScriptResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the script printed as its last line, parsed. */
  readonly result: unknown;
}

/**
 * Runs a script of this folder from source, in a process of its own that treats an unhandled rejection as fatal.
 * Resolves when the process has ended: a script that does not exit by itself fails the test by its timeout.
 */
export function runScript(
  name: string,
  options: {
    readonly args?: readonly string[];
    readonly nodeArgs?: readonly string[];
    readonly timeoutMs?: number;
  } = {},
): Promise<ScriptResult> {
  const script = fileURLToPath(new URL(`./${name}`, import.meta.url));
  const child = spawn(
    process.execPath,
    [
      "--unhandled-rejections=strict",
      "--conditions=@peerhood/source",
      "--import",
      "tsx",
      ...(options.nodeArgs ?? []),
      script,
      ...(options.args ?? []),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const timer = setTimeout(() => {
    stderr += `\n${name} was still running after ${options.timeoutMs} ms and was killed.`;
    child.kill("SIGKILL");
  }, options.timeoutMs ?? 60_000);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, result: lastLine(stdout) });
    });
  });
}

function lastLine(text: string): unknown {
  try {
    return JSON.parse(text.trim().split("\n").at(-1) ?? "");
  } catch {
    return undefined;
  }
}
