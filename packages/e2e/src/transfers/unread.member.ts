// One remote sends much that nobody reads; another one talks meanwhile.
import type { IncomingData } from "peerhood";
import { joinRoom, type Member } from "./member.js";

const SHORT_MESSAGES = 1_000;

let member: Member;
let sent: Promise<unknown>;
const unread: IncomingData[] = [];
let wake = (): void => {};
let short = 0;
let bytesTaken = 0;

export async function join(url: string, room: string, name: string): Promise<void> {
  member = await joinRoom(url, room, name, ["hoard", "talk"]);
  member.peer.on("channel:message", async ({ label, data }) => {
    if (label === "hoard") unread.push(data);
    else if (typeof (await data) === "string") short++;
    else bytesTaken += ((await data) as ArrayBuffer).byteLength;
    wake();
  });
}

export async function met(name: string): Promise<void> {
  await member.remote(name);
}

/** Hands all of them over at once; `allSent` tells when the other side has them. */
export async function hoard(count: number, bytes: number): Promise<void> {
  const remote = await member.remote("receiver");
  // All but the first four bytes are shared, so that what this side holds is not what is measured.
  const blob = new Blob([new Uint8Array(bytes - 4).fill(7)]);
  const transfers: PromiseLike<void>[] = [];
  for (let number = 0; number < count; number++) {
    transfers.push(remote.send(new Blob([new Uint32Array([number]), blob]), "hoard"));
  }
  sent = Promise.all(transfers);
  // Its failure is `allSent`'s.
  sent.catch(() => {});
}

export async function allSent(): Promise<void> {
  await sent;
}

/** Short messages, and one as long as a file; resolves with how long each kind took, in milliseconds. */
export async function talk(bytes: number): Promise<{ shortMs: number; longMs: number }> {
  const remote = await member.remote("receiver");
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: SHORT_MESSAGES }, (_, number) => remote.send(String(number), "talk")));
  const shortMs = performance.now() - beganMs;
  await remote.send(new Uint8Array(bytes), "talk");
  return { shortMs, longMs: performance.now() - beganMs - shortMs };
}

/** Resolves when the remote may begin no more: so many are here and untouched, and none came with the last round trip. */
export async function full(): Promise<number> {
  const remote = await member.remote("hoarder");
  for (let before = -1; before !== unread.length || before === 0;) {
    before = unread.length;
    // Behind what was on its way when it was asked.
    for (let round = 0; round < 20; round++) await remote.send("are you there?", "talk");
  }
  return unread.length;
}

export function heard(): { short: number; bytesTaken: number } {
  return { short, bytesTaken };
}

/** Reads them all, in order; resolves with the number of the first that is wrong, or -1. */
export async function readAll(count: number, bytes: number): Promise<number> {
  for (let number = 0; number < count; number++) {
    while (unread.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    const blob = (await unread.shift()) as Blob;
    const content = new Uint8Array(await blob.arrayBuffer());
    if (content.length !== bytes || new DataView(content.buffer).getUint32(0, true) !== number) return number;
    if (content.subarray(4).some((byte) => byte !== 7)) return number;
  }
  return -1;
}

export async function leave(): Promise<string[]> {
  await member.leave();
  return member.background;
}
