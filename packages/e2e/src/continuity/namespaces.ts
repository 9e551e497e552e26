import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const RELAY = fileURLToPath(new URL("./relay.py", import.meta.url));

/** RFC 2544, appendix C.2.2: addresses for measurements. They exist in the namespaces only. */
const NETS = ["198.18.1", "198.18.2"] as const;

/** Why there can be none here; `undefined` if there can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "network namespaces need Linux and root.";
  for (const command of ["ip", "nsenter", "unshare", "nft", "python3"]) {
    const found = await run("sh", ["-c", `command -v ${command}`]).catch(() => undefined);
    if (found === undefined) return `it needs ${command} (apt-get install iproute2 util-linux nftables python3).`;
  }
  try {
    await run("unshare", ["--net", "true"]);
    return undefined;
  } catch (error) {
    return `no network namespace here: ${(error as Error).message}`;
  }
}

/** Two hosts with a router between them on which the signaling server runs: three network namespaces. */
export class Namespaces {
  readonly #holders: ChildProcess[] = [];
  #relay: ChildProcess | undefined;
  #addresses = [2, 2];

  static async create(): Promise<Namespaces> {
    const made = new Namespaces();
    try {
      await made.#build();
      return made;
    } catch (error) {
      await made.close();
      throw error;
    }
  }

  /** Address of the server, as that host sees it. */
  serverAddress(host: 0 | 1): string {
    return `${NETS[host]}.1`;
  }

  /** What to put before a command so that it runs on the router (2) or on a host. */
  inside(place: 0 | 1 | 2): string[] {
    return ["nsenter", "--target", String(this.#holders[place]?.pid), "--net"];
  }

  /** Takes the host's link down, or up again. */
  async link(host: 0 | 1, state: "up" | "down"): Promise<void> {
    await this.#run(host, "ip", "link", "set", "eth", state);
    if (state === "up") await this.#route(host);
  }

  /** The host has another address from now on, as after a move to another network. */
  async move(host: 0 | 1): Promise<void> {
    const last = this.#addresses[host] ?? 2;
    this.#addresses[host] = last + 1;
    await this.#run(host, "ip", "addr", "del", `${NETS[host]}.${last}/24`, "dev", "eth");
    await this.#run(host, "ip", "addr", "add", `${NETS[host]}.${last + 1}/24`, "dev", "eth");
    await this.#route(host);
  }

  /** Percent of the packets between the hosts that are lost. */
  async loss(percent: number): Promise<void> {
    await this.#run(2, "nft", "flush", "chain", "ip", "faults", "forward");
    if (percent === 0) return;
    const some = percent < 100 ? `numgen random mod 100 < ${percent} ` : "";
    const rule = `add rule ip faults forward ${some}drop`;
    await this.#run(2, "nft", ...rule.split(" "));
  }

  /** Milliseconds that a packet between the hosts may take on top, evenly distributed, in order; 0: none. */
  async jitter(ms: number): Promise<void> {
    if (this.#relay !== undefined) {
      this.#relay.kill("SIGKILL");
      await once(this.#relay, "exit");
      this.#relay = undefined;
    }
    await this.loss(ms > 0 ? 100 : 0);
    if (ms === 0) return;
    // The kernel forwards nothing then, and the relay everything.
    const [first = "", ...rest] = [...this.inside(2), "python3", RELAY, String(ms)];
    this.#relay = spawn(first, rest, { stdio: ["ignore", "pipe", "inherit"] });
    await once(this.#relay.stdout as NodeJS.ReadableStream, "data");
  }

  async close(): Promise<void> {
    this.#relay?.kill("SIGKILL");
    // A namespace lives as long as a process in it, and its devices as long as it.
    for (const holder of this.#holders) holder.stdin?.end();
    await Promise.all(this.#holders.map((holder) => holder.exitCode ?? once(holder, "exit")));
  }

  async #build(): Promise<void> {
    for (let place = 0; place < 3; place++) {
      const holder = spawn("unshare", ["--net", "sh", "-c", "echo ready; cat"], { stdio: ["pipe", "pipe", "inherit"] });
      this.#holders.push(holder);
      await once(holder.stdout, "data");
    }
    for (const host of [0, 1] as const) {
      const device = `ph${process.pid}${host}`;
      const pids = [this.#holders[host]?.pid, this.#holders[2]?.pid].map(String);
      const add = `link add ${device}h netns ${pids[0]} type veth peer name ${device}r netns ${pids[1]}`;
      await run("ip", add.split(" "));
      await this.#run(host, "ip", "link", "set", `${device}h`, "name", "eth");
      await this.#run(host, "ip", "link", "set", "lo", "up");
      await this.#run(host, "ip", "addr", "add", `${NETS[host]}.2/24`, "dev", "eth");
      await this.#run(2, "ip", "addr", "add", `${NETS[host]}.1/24`, "dev", `${device}r`);
      await this.#run(2, "ip", "link", "set", `${device}r`, "up");
      await this.link(host, "up");
    }
    await this.#run(2, "ip", "link", "set", "lo", "up");
    await this.#run(2, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    await this.#run(2, "nft", "add", "table", "ip", "faults");
    await this.#run(2, "nft", "add", "chain", "ip", "faults", "forward", "{ type filter hook forward priority 0; }");
  }

  async #route(host: 0 | 1): Promise<void> {
    await this.#run(host, "ip", "route", "replace", "default", "via", `${NETS[host]}.1`);
  }

  async #run(place: 0 | 1 | 2, ...command: string[]): Promise<void> {
    const [first = "", ...rest] = [...this.inside(place), ...command];
    await run(first, rest);
  }
}
