import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), "/usr/sbin", "/sbin"];

/** Where a program is, `undefined` if it is not installed. */
export function findProgram(command: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, command)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A port that was free a moment ago, for programs that can not choose one themselves and come back to it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A program of the operating system's, which can be killed and started again on its port. */
export class Program {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly port: number;
  #child: ChildProcess | undefined;

  constructor(command: string, args: readonly string[], port: number) {
    this.#command = findProgram(command) ?? command;
    this.#args = args;
    this.port = port;
  }

  /** Resolves once it takes connections. */
  async start(): Promise<void> {
    const child = spawn(this.#command, this.#args, { stdio: "ignore" });
    this.#child = child;
    while (!(await this.#isListening())) {
      if (child.exitCode !== null) throw new Error(`${this.#command} ended with ${child.exitCode}.`);
      await pause(20);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async #isListening(): Promise<boolean> {
    const socket = connect(this.port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}

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
