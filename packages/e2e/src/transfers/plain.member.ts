// Channels that are not ordered, not reliable, or carry a protocol of the application's, by `send` and
// `channel:message`.
import type { ChannelOptions } from "peerhood";
import { codeOf, joinRoom, type Member } from "./member.js";

const CHANNELS = [
  { label: "unordered", ordered: false },
  { label: "no retransmits", ordered: false, maxRetransmits: 0 },
  { label: "short lived", maxPacketLifeTime: 50 },
  { label: "raw", protocol: "example.v1" },
];

interface Received {
  readonly label: string;
  readonly text: string;
  readonly size: number | undefined;
  readonly info: unknown;
}

let member: Member;
const received: Received[] = [];
let wake = (): void => {};

export async function join(url: string, room: string, name: string): Promise<void> {
  member = await joinRoom(url, room, name, CHANNELS);
  member.peer.on("channel:message", async ({ label, data, size, info }) => {
    received.push({ label, text: textOf(await data), size, info });
    wake();
  });
}

/** What the native channels were made with. */
export async function options(): Promise<Record<string, ChannelOptions>> {
  const remote = await member.remote();
  const made: Record<string, ChannelOptions> = {};
  for (const channel of CHANNELS) {
    await remote.open(channel);
    const native = remote.channels.get(channel.label);
    if (native === undefined) throw new Error(`${channel.label} is not among the channels.`);
    const { ordered, maxRetransmits, maxPacketLifeTime, protocol } = native;
    made[channel.label] = { ordered, maxRetransmits, maxPacketLifeTime, protocol } as ChannelOptions;
  }
  return made;
}

/** One of each kind that these channels take, numbered; resolves when all are handed to the network. */
export async function sendKinds(label: string, rounds: number): Promise<void> {
  const remote = await member.remote();
  const raw = label === "raw";
  for (let round = 0; round < rounds; round++) {
    const bytes = new TextEncoder().encode(`bytes ${round}`);
    const sent = [remote.send(`text ${round}`, label), remote.send(bytes, label)];
    if (raw) {
      sent.push(remote.send(new Blob([`stream ${round}`]).stream(), label));
    } else {
      sent.push(remote.send(new Blob([`blob ${round}`]), label));
      sent.push(remote.send({ round }, { label, info: { round } }));
      sent.push(remote.send(new Uint8Array(16_000).fill(round), label));
    }
    await Promise.all(sent);
  }
}

/** What is refused, and with which code. */
export async function refusals(label: string): Promise<string[]> {
  const remote = await member.remote();
  const large = codeOf(remote.send(new Uint8Array(20_000_000), label));
  const endless = codeOf(remote.send(new Blob([new Uint8Array(20_000_000)]).stream(), label));
  const info = codeOf(remote.send("x", { label, info: 1 }));
  return Promise.all([large, endless, info]);
}

/** By the W3C interface of the channel itself, past `send`. */
export async function sendNative(text: string): Promise<void> {
  (await member.remote()).channels.get("raw")?.send(text);
}

/** Resolves when that many messages have come on the channel. */
export async function takeCount(label: string, count: number): Promise<Received[]> {
  const ofLabel = (): Received[] => received.filter((message) => message.label === label);
  while (ofLabel().length < count) await new Promise<void>((resolve) => (wake = resolve));
  return ofLabel();
}

export async function leave(): Promise<string[]> {
  await member.leave();
  return member.background;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Blob]") return `a Blob of ${(value as Blob).size}`;
  if (tag !== "[object ArrayBuffer]") return JSON.stringify(value);
  const bytes = new Uint8Array(value as ArrayBuffer);
  if (bytes.length < 100) return `bytes: ${new TextDecoder().decode(bytes)}`;
  return bytes.every((byte) => byte === bytes[0]) ? `${bytes.length} of ${bytes[0]}` : "mixed up";
}
