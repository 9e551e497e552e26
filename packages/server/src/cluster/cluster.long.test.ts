import { nodeAdapter } from "@peerhood/adapter-node";
import { Peer, WebSocketDriver } from "@peerhood/core";
import { findProgram, Program, type ProgramOptions } from "@peerhood/testing/test-support";
import { afterEach, describe, expect, it } from "vitest";
import { ServerProcess } from "../test-support/server-process.js";

// Real brokers, servers in processes of their own, real peers.

const WITHIN_MS = 5_000;
const BROKERS: Readonly<Record<string, Omit<ProgramOptions, "command"> & { readonly scheme: string }>> = {
  "nats-server": {
    scheme: "nats",
    args: (port) => ["-a", "127.0.0.1", "-p", `${port}`],
    ready: /Server is ready/,
  },
  "redis-server": {
    scheme: "redis",
    args: (port) => ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--appendonly", "no"],
    ready: /Ready to accept connections/,
  },
};

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A member of the room behind these servers, the first of which it uses for as long as that is there. */
class Member {
  readonly peer: Peer;
  readonly driver: WebSocketDriver;
  /** What a connection that is up must never say. */
  readonly noticed: string[] = [];
  readonly heard = new Map<string, unknown>();

  constructor(urls: readonly string[]) {
    this.driver = new WebSocketDriver(urls, { createSocket: nodeAdapter.createSocket });
    this.peer = new Peer({ adapter: nodeAdapter, driver: this.driver });
    for (const event of ["connection:disconnected", "connection:failed", "connection:closed"] as const) {
      this.peer.on(event, ({ remote }) => this.noticed.push(`${event} ${remote.id}`));
    }
    this.peer.on("channel:message", async ({ remote, data }) => void this.heard.set(remote.id, await data));
    cleanUps.push(async () => {
      await this.peer.leave();
      await this.driver.close();
    });
  }

  async join(): Promise<this> {
    await this.peer.open("chat");
    await this.peer.join("a room on several servers");
    return this;
  }

  /** Connected to all of these, within the time that it may take. */
  async meets(others: readonly Member[]): Promise<number> {
    const startedAt = performance.now();
    const isThere = (): boolean => others.every(({ peer: { id } }) => this.peer.remotes.get(id)?.state === "connected");
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("They have not met in time.")), WITHIN_MS);
      const look = (): void => {
        if (!isThere()) return;
        clearTimeout(timer);
        this.peer.off("connection:connected", look);
        resolve();
      };
      this.peer.on("connection:connected", look);
      look();
    });
    return performance.now() - startedAt;
  }
}

async function allTalk(members: readonly Member[], text: string): Promise<void> {
  await Promise.all(members.map(({ peer }) => peer.send(text, "chat")));
  for (const { peer, heard } of members) {
    for (const other of members) if (other.peer !== peer) expect(heard.get(other.peer.id)).toBe(text);
  }
}

describe.each(Object.entries(BROKERS))("servers that share rooms over %s", (command, { scheme, args, ready }) => {
  const installed = findProgram(command) !== undefined;

  it.skipIf(!installed).each([2, 3])(
    "%i of them: a node is killed, the broker restarts, and peers meet all the same",
    async (count) => {
      const broker = await Program.start({ command, args, ready });
      cleanUps.push(() => broker.stop());
      const url = `${scheme}://127.0.0.1:${broker.port}`;
      const nodes = await Promise.all(
        Array.from({ length: count }, () => ServerProcess.start(["--cluster", url, "--log-level", "info"])),
      );
      for (const node of nodes) cleanUps.push(() => node.kill());
      const urlsFrom = (first: number): string[] => nodes.map((_, index) => nodes[(first + index) % count]?.url ?? "");

      // One on each node: they meet.
      const members: Member[] = [];
      const joins = async (first: number): Promise<number> => {
        const member = await new Member(urlsFrom(first)).join();
        const metMs = await member.meets(members);
        members.push(member);
        return metMs;
      };
      for (let node = 0; node < count; node++) await joins(node);
      await allTalk(members, "hello");

      // A node is killed: its member is found through another, and nobody's connection notices.
      await nodes[0]?.kill();
      const afterKillMs = await joins(1);
      await allTalk(members, "one node less");

      // The broker restarts: whoever joins afterwards, and on another node, is met.
      await broker.kill();
      const alone = new Member(urlsFrom(1));
      const joining = alone.join();
      await broker.start();
      await joining;
      const afterRestartMs = await alone.meets(members);
      members.push(alone);
      const laterMs = await joins(count - 1);
      await allTalk(members, "the broker is back");

      for (const { noticed } of members) expect(noticed).toEqual([]);
      for (const node of nodes.slice(1)) expect(node.isRunning, node.log).toBe(true);
      console.log(
        `${command}, ${count} servers: met ${afterKillMs.toFixed(0)} ms after joining when a node was killed, ` +
          `${afterRestartMs.toFixed(0)} and ${laterMs.toFixed(0)} ms when the broker restarted`,
      );
    },
  );
});

describe("a cluster that can not be", () => {
  it("says which broker there is none for, and starts without one that is away", async () => {
    await expect(ServerProcess.start(["--cluster", "amqp://x"])).rejects.toThrow("no broker for amqp");
    for (const url of ["nats://127.0.0.1:1", "redis://127.0.0.1:1"]) {
      const node = await ServerProcess.start(["--cluster", url, "--log-level", "silent"]);
      cleanUps.push(() => node.kill());
      expect((await fetch(`http://127.0.0.1:${node.port}/readyz`)).status).toBe(503);
      const [one, two] = [await new Member([node.url]).join(), await new Member([node.url]).join()];
      await one.meets([two]);
      await node.kill("SIGTERM");
      expect(node.child.exitCode).toBe(0);
    }
  });
});
