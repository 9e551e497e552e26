import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A server in a process of its own, as the command starts it. */
export class ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly #log: () => string;

  private constructor(child: ChildProcess, url: string, log: () => string) {
    this.child = child;
    this.url = url;
    this.port = Number(new URL(url).port);
    this.#log = log;
  }

  /** What it has written to stderr. */
  get log(): string {
    return this.#log();
  }

  /** Resolves when that is in its log. */
  async logged(text: string): Promise<void> {
    while (!this.log.includes(text)) await once(this.child.stderr ?? this.child, "data");
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  static async start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", cli, "--port", "0", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    let [out, log] = ["", ""];
    child.stderr.on("data", (chunk) => (log += String(chunk)));
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (chunk) => {
        out += String(chunk);
        const listening = /listening on (\S+)\n/.exec(out)?.[1];
        if (listening) resolve(listening);
      });
      child.once("exit", (code) => reject(new Error(`The server ended with ${code}: ${log}`)));
    });
    return new ServerProcess(child, url, () => log);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill(signal);
    await once(this.child, "exit");
  }
}
