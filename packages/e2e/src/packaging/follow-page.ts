import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isCode } from "../../../docs/src/blocks/compile.js";
import { readBlocks } from "../../../docs/src/blocks/pages.js";
import { cleanEnvironment } from "./run-node.js";

/** The one thing that is not to the letter: a port that is free here. */
const PORT = "8787";

export interface FollowOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly registry: string;
  readonly port: number;
}

/**
 * Somebody who follows a page to the letter: saves what it says to save, types what it says to type, and expects what it
 * says will be printed.
 */
export class Reader {
  readonly #options: FollowOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];
  #printed = "";
  #onPrinted: (() => void) | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#env = {
      ...cleanEnvironment(),
      NO_COLOR: "1",
      PEERHOOD_PORT: String(options.port),
      npm_config_registry: options.registry,
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
    };
  }

  /** What the last command has printed. */
  get printed(): string {
    return this.#printed;
  }

  async follow(page: string): Promise<void> {
    for (const block of readBlocks(page)) {
      const text = block.code.replaceAll(PORT, String(this.#options.port));
      if (isCode(block) && block.file !== undefined) await writeFile(join(this.#options.folder, block.file), text);
      else if (block.language === "sh") await this.#type(text, /leave (it|that) running/.test(block.before));
      else if (block.language === "txt") await this.#expect(text.trim());
      else throw new Error(`${block.page}:${block.line}: the page does not say what to do with this.`);
    }
  }

  /** Ends what was left running. */
  async close(): Promise<void> {
    const running = this.#children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(
      running.map((child) => {
        const ended = once(child, "close");
        // Its whole group: npx starts what it runs as a child.
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        return ended;
      }),
    );
  }

  async #type(commands: string, keepsRunning: boolean): Promise<void> {
    const child = spawn("sh", ["-ec", commands], { cwd: this.#options.folder, env: this.#env, detached: true });
    this.#children.push(child);
    this.#printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        if (child !== this.#children.at(-1)) return;
        this.#printed += text;
        this.#onPrinted?.();
      });
    }
    child.once("close", () => this.#onPrinted?.());
    if (keepsRunning) return;
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`This ended with ${code}:\n${commands}\n${this.#printed}`);
  }

  /** Resolves when the last command has printed that, which it may have to do yet. */
  async #expect(text: string): Promise<void> {
    const child = this.#children.at(-1);
    await new Promise<void>((resolve, reject) => {
      this.#onPrinted = () => {
        if (this.#printed.includes(text)) resolve();
        else if (child?.exitCode !== null) reject(new Error(`"${text}" was to be printed, not\n${this.#printed}`));
      };
      this.#onPrinted();
    });
    this.#onPrinted = undefined;
  }
}
