// A member that talks to everybody it meets, and notes what should not be.
import { readdirSync } from "node:fs";
import { Peer, WebSocketDriver, type RemotePeer } from "peerhood";

const TALK_MS = 250;

let peer: Peer;
let driver: WebSocketDriver;
let timer: ReturnType<typeof setInterval> | undefined;
const said = new WeakMap<RemotePeer, number>();
/** Messages that have not arrived. */
const waiting = new WeakMap<RemotePeer, number>();
const heard = new WeakMap<RemotePeer, number>();
const faults: string[] = [];
const nothing = (): void => {};
let messages = 0;

export async function join(url: string): Promise<void> {
  driver ??= new WebSocketDriver(url);
  if (peer === undefined) {
    // One that was killed is given up soon, so that it does not lie about for a minute.
    peer = new Peer({ driver, reconnect: { timeoutMs: 10_000 } });
    peer.on("error", nothing);
    peer.on("channel:error", nothing);
    peer.on("channel:message", async ({ remote, data, info }) => {
      const expected = heard.get(remote) ?? 0;
      heard.set(remote, expected + 1);
      if (info !== expected) faults.push(`${String(info)} came where ${expected} was to come`);
      messages++;
      const text = await Promise.resolve(data).catch(() => undefined);
      if (text !== undefined && text !== `message ${String(info)}`) faults.push(`${String(info)} is another message`);
    });
  }
  await peer.open("talk");
  await peer.join("soak");
  timer = setInterval(() => {
    for (const remote of peer.remotes.values()) say(remote).catch(nothing);
  }, TALK_MS);
}

function say(remote: RemotePeer): Promise<void> {
  const number = said.get(remote) ?? 0;
  said.set(remote, number + 1);
  const sent = remote.send(`message ${number}`, { label: "talk", info: number }).then(nothing);
  const done = (): void => void waiting.set(remote, (waiting.get(remote) ?? 0) - 1);
  waiting.set(remote, (waiting.get(remote) ?? 0) + 1);
  sent.then(done, done);
  return sent;
}

export async function leave(): Promise<void> {
  clearInterval(timer);
  await peer.leave();
}

/** Breaks one of its connections, as a fault of the network would. */
export function breakOne(random: number): void {
  const remotes = [...peer.remotes.values()];
  const native = remotes[Math.floor(random * remotes.length)]?.connection as { close?(): void } | undefined;
  native?.close?.();
}

/** Resolves when it is connected to so many, and each of them has got what it was told last. */
export async function converge(count: number): Promise<void> {
  for (;;) {
    const remotes = [...peer.remotes.values()];
    if (remotes.length === count && remotes.every(({ state }) => state === "connected")) {
      const told = await Promise.all(remotes.map(say)).then(
        () => true,
        () => false,
      );
      if (told) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What it sees now, for the report of a failure. */
export function view(): string {
  const remotes = [...peer.remotes.values()].map((remote) => {
    const channel = remote.channels.get("talk")?.readyState ?? "no channel";
    return `${remote.id.slice(0, 6)} ${remote.state}, ${channel}, ${waiting.get(remote) ?? 0} waiting of ${said.get(remote) ?? 0}, ${heard.get(remote) ?? 0} heard`;
  });
  return `${peer.id.slice(0, 6)}:\n  ${remotes.join("\n  ")}`;
}

export interface Usage {
  readonly heapMib: number;
  readonly rssMib: number;
  readonly files: number;
  readonly threads: number;
  /** What keeps the process alive, by kind: sockets, pipes, timers. */
  readonly resources: Readonly<Record<string, number>>;
}

export async function usage(): Promise<Usage> {
  // What is over is closed within a second or two; what is garbage then is not held by anything.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise(setImmediate);
  }
  const { heapUsed, rss } = process.memoryUsage();
  // The fewest of ten looks: nine messages that are under way have nine timers, which is nothing that piles up.
  let resources = process.getActiveResourcesInfo();
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => setTimeout(resolve, 90));
    const now = process.getActiveResourcesInfo();
    if (now.length < resources.length) resources = now;
  }
  return {
    heapMib: Math.round(heapUsed / 104_857.6) / 10,
    rssMib: Math.round(rss / 1_048_576),
    files: readdirSync("/proc/self/fd").length,
    threads: readdirSync("/proc/self/task").length,
    resources: count(resources),
  };
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export function report(): { readonly faults: readonly string[]; readonly messages: number } {
  return { faults, messages };
}
