// A member of a room, the same code in a page and in Node, that notes what it sees of one other.
import { Peer, WebSocketDriver, type RemoteStats } from "peerhood";

let driver: WebSocketDriver;
let peer: Peer;
let wake = (): void => {};
const seen: { readonly name: string; readonly reason?: string; readonly code?: string; readonly atMs: number }[] = [];
const got: string[] = [];
const levels: string[] = [];

export async function join(url: string, room: string, heartbeatTimeoutMs?: number): Promise<void> {
  driver = new WebSocketDriver(url);
  peer = new Peer({ driver, ...(heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs }) });
  peer.on("error", () => {});
  peer.on("connection", (event) => {
    if (event.name === "connection:quality") {
      levels.push(event.level);
      return wake();
    }
    const reason = "reason" in event ? { reason: event.reason } : {};
    const code = "error" in event ? { code: event.error.code } : {};
    seen.push({ name: event.name, ...reason, ...code, atMs: Date.now() });
    wake();
  });
  peer.on("channel:message", async ({ data }) => {
    got.push(String(await data));
    wake();
  });
  await peer.open("chat");
  await peer.join(room);
}

/** All that was seen, once one of those events is among it. */
export async function sees(...names: string[]): Promise<typeof seen> {
  while (!seen.some(({ name }) => names.includes(name))) await new Promise<void>((resolve) => (wake = resolve));
  return seen;
}

/** Sends, and resolves when the other side holds it. */
export async function say(text: string): Promise<void> {
  await peer.send(text, "chat");
}

/** Keeps the connection busy, one way, until it is over. */
export async function stream(): Promise<void> {
  await Promise.resolve(peer.send(new Uint8Array(512 * 1_048_576), "chat")).catch(() => {});
}

export async function hears(text: string): Promise<void> {
  while (!got.includes(text)) await new Promise<void>((resolve) => (wake = resolve));
}

/** The first level that was told, and what the statistics are made of. */
export async function quality(): Promise<{ level: string | undefined; stats: RemoteStats | undefined }> {
  while (levels.length === 0) await new Promise<void>((resolve) => (wake = resolve));
  const [remote] = peer.remotes.values();
  await remote?.stats();
  return { level: levels[0], stats: await remote?.stats() };
}

/** Blocks the thread that runs JavaScript. */
export function block(ms: number): void {
  const until = Date.now() + ms;
  while (Date.now() < until);
}

/** Timers fire at whole seconds only, as those of a page that nobody looks at. */
export function hide(): void {
  const timer = globalThis.setTimeout;
  globalThis.setTimeout = ((callback: () => void, ms = 0) => {
    const dueAt = Date.now() + ms;
    return timer(callback, Math.ceil(dueAt / 1_000) * 1_000 - Date.now());
  }) as typeof setTimeout;
}

/** Says that, 20 times a second for so long; resolves when the other side holds all of it. */
export async function talk(text: string, ms: number): Promise<void> {
  const until = Date.now() + ms;
  const sent = [];
  while (Date.now() < until) {
    sent.push(say(text));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await Promise.all(sent);
}

/** In a page: goes elsewhere. */
export function goElsewhere(): void {
  setTimeout(() => (location.href = "about:blank"), 0);
}

export async function leave(): Promise<void> {
  await peer.leave();
  await driver.close();
}
