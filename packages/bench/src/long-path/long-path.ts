import { execFile, spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** RFC 2544, appendix C.2.2: addresses for measurements. They exist in the two namespaces only. */
const ADDRESSES = ["198.18.0.1", "198.18.0.2"] as const;
/** Packets that wait for the relay: a burst of a window of 8 MiB. */
const QUEUE_PACKETS = 8_192;

/** Two network namespaces whose only path to each other is a relay that holds each packet back. */
export interface LongPath {
  /** What to put before a command, so that it runs at either end. */
  readonly ends: readonly (readonly string[])[];
  close(): Promise<void>;
}

/** Why there can be none here; `undefined` if there can. */
export async function whyNoLongPath(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "network namespaces need Linux and root.";
  for (const command of ["ip", "nsenter", "cc"]) {
    const found = await run("sh", ["-c", `command -v ${command}`]).catch(() => undefined);
    if (found === undefined) return `it needs ${command} (apt-get install iproute2 util-linux gcc libc6-dev).`;
  }
  try {
    await run("unshare", ["--net", "test", "-c", "/dev/net/tun"]);
    return undefined;
  } catch (error) {
    return `no network namespace or no /dev/net/tun here: ${(error as Error).message}`;
  }
}

/** Runs until its input ends, so it ends with this process in whatever way that ends. */
class Helper {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exited: Promise<unknown>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#exited = new Promise((resolve) => {
      this.#child.once("error", resolve);
      this.#child.once("exit", resolve);
    });
  }

  get pid(): string {
    return String(this.#child.pid);
  }

  /** Resolves when it has said that it is there. */
  async ready(): Promise<void> {
    const ended = this.#exited.then(() => true);
    const said = once(this.#child.stdout, "data").then(() => false);
    if (await Promise.race([said, ended])) throw new Error(`${this.#child.spawnfile} of the long path has ended.`);
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#exited;
  }
}

/** Path of the program. */
async function compileRelay(): Promise<string> {
  const folder = fileURLToPath(new URL("../../results/", import.meta.url));
  await mkdir(folder, { recursive: true });
  const program = `${folder}relay`;
  await run("cc", ["-O2", "-Wall", "-o", program, fileURLToPath(new URL("relay.c", import.meta.url))]);
  return program;
}

/** `delayMs`: one way. */
export async function startLongPath(delayMs: number): Promise<LongPath> {
  // Names of devices have 15 characters at most.
  const devices = ["a", "b"].map((end) => `ph-${process.pid}${end}`);
  // A namespace lives as long as a process in it.
  const holders = devices.map(() => new Helper("unshare", ["--net", "sh", "-c", "echo ready; cat"]));
  const relay = new Helper(await compileRelay(), [...devices, String(delayMs)]);
  const helpers = [relay, ...holders];
  const close = async (): Promise<void> => void (await Promise.all(helpers.map((helper) => helper.close())));
  try {
    await Promise.all(helpers.map((helper) => helper.ready()));
    const ends = await Promise.all(
      holders.map(async ({ pid }, index) => {
        const device = devices[index] ?? "";
        const [own, other] = index === 0 ? ADDRESSES : [ADDRESSES[1], ADDRESSES[0]];
        const inside = ["nsenter", "--target", pid, "--net"];
        await run("ip", ["link", "set", device, "txqueuelen", String(QUEUE_PACKETS), "netns", pid]);
        await run("nsenter", [...inside.slice(1), "ip", "addr", "add", own, "peer", other, "dev", device]);
        await run("nsenter", [...inside.slice(1), "ip", "link", "set", device, "up"]);
        return inside;
      }),
    );
    return { ends, close };
  } catch (error) {
    await close();
    throw error;
  }
}
