import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote to both. */
  readonly output: string;
}

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** Starts a file of `children` in a Node of its own, with IPC. */
export function start(name: string, args: readonly string[] = [], flags: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, [...nodeFlags(flags), path(name), ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

/** Runs a file of `children` until it exits by itself; kills it after `timeoutMs`. */
export async function run(
  name: string,
  { args = [], flags = [], timeoutMs = 50_000 }: { args?: string[]; flags?: string[]; timeoutMs?: number } = {},
): Promise<Finished> {
  return finished(spawn(process.execPath, [...nodeFlags(flags), path(name), ...args], { cwd: ROOT }), timeoutMs);
}

/** As {@link run}, behind a shell command such as `ulimit -n 40; exec`, or `unshare`. */
export async function runInShell(before: string, name: string): Promise<Finished> {
  const command = [process.execPath, ...nodeFlags([]), path(name)].map((word) => `'${word}'`).join(" ");
  return finished(spawn("sh", ["-c", `${before} ${command}`], { cwd: ROOT }), 50_000);
}

function finished(child: ChildProcess, timeoutMs: number): Promise<Finished> {
  let output = "";
  child.stdout?.on("data", (text) => (output += String(text)));
  child.stderr?.on("data", (text) => (output += String(text)));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
}

function nodeFlags(flags: readonly string[]): string[] {
  return ["--unhandled-rejections=strict", "--conditions=@peerhood/source", "--import", "tsx", ...flags];
}

function path(name: string): string {
  return fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
}
