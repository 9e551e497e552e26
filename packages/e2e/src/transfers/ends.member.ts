// Transfers that are under way when the other side is gone.
import { codeOf, joinRoom, type Member } from "./member.js";

const CHUNK_BYTES = 65_536;
/** How long the lost remote is waited for: it will not come back. */
const RECONNECT_MS = 5_000;
/** So much has arrived that each transfer is in its middle. */
const MIDDLE_BYTES = 1_048_576;

let member: Member;
let outcomes: Promise<string[]>;
let moving: Promise<unknown>;

export async function join(url: string, room: string, name: string): Promise<void> {
  member = await joinRoom(url, room, name, ["bulk"], { reconnect: { timeoutMs: RECONNECT_MS } });
  if (name === "receiver") receive();
}

function receive(): void {
  const { peer } = member;
  const middles: Promise<void>[] = [];
  const codes: Promise<string>[] = [];
  let met = (): void => {};
  let failed = (): void => {};
  const all = new Promise<void>((resolve) => (met = resolve));
  outcomes = new Promise((resolve) => (failed = () => resolve(Promise.all(codes))));
  moving = all.then(() => Promise.all(middles));
  peer.on("channel:message", ({ remote, data }) => {
    const awaits = codes.length === 0;
    let read = 0;
    let middle = (): void => {};
    middles.push(new Promise((resolve) => (middle = resolve)));
    if (awaits) {
      codes.push(codeOf(data));
      void watch(data.progress(), middle);
      return;
    }
    const readAll = async (): Promise<void> => {
      for await (const chunk of data) if ((read += chunk.length) > MIDDLE_BYTES) middle();
    };
    codes.push(codeOf(readAll()), codeOf(remote.send(endless(), "bulk")));
    met();
    failed();
  });
}

/** Two transfers that never end by themselves. */
export async function sendWithoutEnd(): Promise<void> {
  const remote = await member.remote();
  member.peer.on("channel:message", async ({ data }) => {
    for await (const chunk of data) void chunk;
  });
  remote.send(endless(), "bulk").catch(() => {});
  remote.send(endless(), "bulk").catch(() => {});
}

/** Resolves when each has got somewhere. */
export async function arriving(): Promise<void> {
  await moving;
}

/** With which code each ended. */
export function failures(): Promise<string[]> {
  return outcomes;
}

export function leave(): Promise<void> {
  return member.leave();
}

async function watch(progress: ReadableStream<{ current: number }>, middle: () => void): Promise<void> {
  const reader = progress.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    if (value.current > MIDDLE_BYTES) return middle();
  }
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream(
    { pull: (controller) => controller.enqueue(new Uint8Array(CHUNK_BYTES)) },
    { highWaterMark: 0 },
  );
}
