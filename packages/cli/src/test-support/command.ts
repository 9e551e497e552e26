import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startServer, type SignalingServer } from "@peerhood/server";
import { afterAll, afterEach, beforeAll } from "vitest";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

export interface Event {
  readonly event: string;
  readonly [detail: string]: unknown;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: Buffer;
  readonly err: string;
}

/** One `peerhood …` as a process of its own, from source. */
export class Command {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  readonly #chunks: Buffer[] = [];
  #err = "";
  #notify: (() => void)[] = [];
  #isOver = false;

  constructor([program = "", ...rest]: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(program, rest, { env });
    this.child.stdout.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#changed();
    });
    this.child.stderr.on("data", (chunk: Buffer) => {
      this.#err += String(chunk);
      this.#changed();
    });
    this.child.stdin.on("error", () => {});
    this.ended = once(this.child, "close").then(([code, signal]: (number | string | null)[]) => {
      this.#isOver = true;
      this.#changed();
      return { code: code as number | null, signal: signal as string | null, out: this.out, err: this.#err };
    });
  }

  get out(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** JSON lines of stdout, of stderr where `--stdout` takes that. */
  get events(): Event[] {
    const isTaken = this.child.spawnargs.includes("--stdout");
    const lines = (isTaken ? this.#err : String(this.out)).split("\n").slice(0, -1);
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Event);
  }

  /** The first event that fits; rejects with all there was if the command ends without one. */
  async saw(fits: (event: Event) => boolean): Promise<Event> {
    return this.#until(() => this.events.find(fits));
  }

  /** On stderr, `times` times by now. */
  async said(words: string, times = 1): Promise<void> {
    await this.#until(() => (this.#err.split(words).length > times ? true : undefined));
  }

  async printed(words: string): Promise<void> {
    await this.#until(() => (this.out.includes(words) ? true : undefined));
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.#isOver) throw new Error(`It ended without that.\n${String(this.out.subarray(0, 4_000))}\n${this.#err}`);
      await new Promise<void>((resolve) => {
        this.#notify.push(resolve);
      });
    }
  }

  #changed(): void {
    const notify = this.#notify;
    this.#notify = [];
    for (const each of notify) each();
  }
}

function commandLine(args: readonly string[]): string[] {
  return [process.execPath, "--import", TSX, "--conditions=@peerhood/source", MAIN, ...args];
}

export interface Stage {
  readonly server: SignalingServer;
  run(...args: string[]): Command;
  /** Stdout goes to that file. */
  runInto(path: string, ...args: string[]): Command;
  /** On a terminal of its own, of 100 columns: what it shows is stdout of the command, what is typed is stdin. */
  runOnTerminal(...args: string[]): Command;
}

/** A server for a file of tests; commands that a test leaves running are killed after it. */
export function setStage(): Stage {
  let server: SignalingServer | undefined;
  const commands = new Set<Command>();
  const start = (line: readonly string[], env: NodeJS.ProcessEnv = {}): Command => {
    const command = new Command(line, { ...process.env, PEERHOOD_SERVER: server?.url, NO_COLOR: "1", ...env });
    commands.add(command);
    return command;
  };
  beforeAll(async () => {
    server = await startServer({ port: 0 });
  });
  afterEach(async () => {
    for (const { child } of commands) child.kill("SIGKILL");
    await Promise.all([...commands].map(({ ended }) => ended));
    commands.clear();
  });
  afterAll(() => server?.close());
  return {
    get server() {
      if (server === undefined) throw new Error("It is not running yet.");
      return server;
    },
    run: (...args) => start(commandLine(args)),
    runInto: (path, ...args) => start(["sh", "-c", `exec "$@" > ${path}`, "sh", ...commandLine(args)]),
    runOnTerminal: (...args) => {
      const quoted = commandLine(args).map((each) => `'${each}'`);
      return start(["script", "-qefc", `stty cols 100; exec ${quoted.join(" ")}`, "/dev/null"], { TERM: "xterm" });
    },
  };
}
