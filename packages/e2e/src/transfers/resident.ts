import { readFile, writeFile } from "node:fs/promises";
import type { TestBrowser } from "../browser/index.js";

/** What a process holds in memory, from Linux's /proc. */
class Process {
  readonly pid: number;
  #beforeBytes = 0;

  constructor(pid: number) {
    this.pid = pid;
  }

  /** Begins anew: the peak is counted from here. */
  async begin(): Promise<void> {
    // proc_pid_clear_refs(5): 5 resets the peak to what is resident now.
    await writeFile(`/proc/${this.pid}/clear_refs`, "5");
    this.#beforeBytes = await this.#read("VmRSS");
  }

  /** By how much more was resident at the worst moment since `begin`. */
  async growthBytes(): Promise<number> {
    return (await this.#read("VmHWM")) - this.#beforeBytes;
  }

  async #read(name: "VmRSS" | "VmHWM"): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8");
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    if (kibibytes === undefined) throw new Error(`/proc/${this.pid}/status has no ${name}.`);
    return Number(kibibytes) * 1_024;
  }
}

interface CdpSession {
  send(method: "SystemInfo.getProcessInfo"): Promise<{ processInfo: { type: string; id: number }[] }>;
  detach(): Promise<void>;
}

/** Watches processes for the one that grows most. */
export class Resident {
  readonly #processes: Process[];

  constructor(pids: readonly number[]) {
    this.#processes = pids.map((pid) => new Process(pid));
  }

  async begin(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.begin()));
  }

  async growthBytes(): Promise<number> {
    return Math.max(...(await Promise.all(this.#processes.map((process) => process.growthBytes()))));
  }
}

/** Chromium's processes with pages in them, spare ones included, and the one that has the network. */
export async function processesOf(browser: TestBrowser): Promise<number[]> {
  const native = browser.native as { newBrowserCDPSession(): Promise<CdpSession> };
  const session = await native.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type !== "browser" && type !== "GPU").map(({ id }) => id);
}
