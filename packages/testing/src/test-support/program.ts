import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "./find-program.js";
import { freePort } from "./free-port.js";

export interface ProgramOptions {
  readonly command: string;
  /** For a port of 127.0.0.1, and a folder of its own that is gone in the end. */
  readonly args: (port: number, folder: string) => readonly string[];
  /** What it writes once it can be used. */
  readonly ready: RegExp;
}

/** A program of the operating system's on a free port, which can be killed and started again there. */
export class Program {
  readonly port: number;
  readonly #options: ProgramOptions;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(options: ProgramOptions, port: number) {
    this.#options = options;
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), "peerhood-program-"));
  }

  /** Resolves when it is ready. */
  static async start(options: ProgramOptions): Promise<Program> {
    const program = new Program(options, await freePort());
    await program.start();
    return program;
  }

  /** Again, after `kill`, on the same port. */
  async start(): Promise<void> {
    const { command, args, ready } = this.#options;
    const child = spawn(findProgram(command) ?? command, args(this.port, this.#folder), {
      cwd: this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    let output = "";
    await new Promise<void>((resolve, reject) => {
      const look = (chunk: Buffer): void => {
        output += chunk.toString();
        if (ready.test(output)) resolve();
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.once("error", reject);
      child.once("close", () => reject(new Error(`${command} ended: ${output}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "close");
  }

  /** Kills it for good, and leaves nothing behind. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
