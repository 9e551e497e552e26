// One end of a connection with peerhood, the same code in a page and in Node. Everything goes over one channel; the
// other end echoes what is as short as a ping and reads the rest to its end.
import { Peer, WebSocketDriver, type ChannelMessageEvent, type Driver, type RemotePeer } from "peerhood";
import { Pending } from "./pending.js";
import { pingWhile } from "./pinging.js";

const LABEL = "bench";
const PING_BYTES = 8;
/** Up to here the value is awaited, as an application would; larger ones are read as a stream. */
const SMALL_BYTES = 65_536;
/** Messages that are sent and not acknowledged yet, before the sender waits. */
const MAX_PENDING = 4_096;

let peer: Peer;
let remote: RemotePeer;
let isOpen: Promise<void>;
let ponged = (): void => {};
let pinging = false;
const problems: string[] = [];

export async function joinBy(driver: Driver, room: string): Promise<void> {
  peer = new Peer({ driver });
  isOpen = new Promise((resolve) => {
    peer.once("channel:open", (event) => {
      remote = event.remote;
      resolve();
    });
  });
  peer.on("error", ({ error }) => problems.push(error.message));
  peer.on("channel:error", ({ error }) => problems.push(error.message));
  peer.on("channel:message", receive);
  await peer.open(LABEL);
  await peer.join(room);
}

export function join(url: string, room: string): Promise<void> {
  return joinBy(new WebSocketDriver(url), room);
}

export function opened(): Promise<void> {
  return isOpen;
}

/** Resolves with what went wrong in the background. */
export async function leave(): Promise<string[]> {
  await peer.leave();
  return problems;
}

async function receive({ data, size }: ChannelMessageEvent): Promise<void> {
  if (size === PING_BYTES) {
    await data;
    if (pinging) ponged();
    else void remote.send(new Uint8Array(PING_BYTES), LABEL);
  } else if (size !== undefined && size <= SMALL_BYTES) {
    await data;
  } else {
    for await (const chunk of data) void chunk.length;
  }
}

/** Milliseconds until the other end holds all of it. */
export async function bulk(bytes: number): Promise<number> {
  const data = payload(bytes);
  const start = performance.now();
  await remote.send(data, LABEL);
  return performance.now() - start;
}

/** Milliseconds until `count` messages of `size` bytes are acknowledged. */
export async function messages(count: number, size: number): Promise<number> {
  const message = new Uint8Array(size).fill(7);
  const start = performance.now();
  const pending = new Pending(MAX_PENDING);
  for (let index = 0; index < count; index++) {
    pending.add(remote.send(message, LABEL));
    if (pending.full) await pending.half();
  }
  await pending.all();
  return performance.now() - start;
}

function ping(): Promise<void> {
  const pong = new Promise<void>((resolve) => (ponged = resolve));
  void remote.send(new Uint8Array(PING_BYTES), LABEL);
  return pong;
}

/** Milliseconds of each of `count` round trips, one after the other. */
export async function pingPong(count: number): Promise<number[]> {
  pinging = true;
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await ping();
    times.push(performance.now() - start);
  }
  return times;
}

/** Round trips while a transfer runs on the same channel, and how long that took. */
export function pingUnderBulk(bytes: number): Promise<{ pings: number[]; ms: number }> {
  pinging = true;
  return pingWhile(ping, () => bulk(bytes));
}

let kept = new Uint8Array(0);

/** Real pages of memory, and the same ones in each round. */
function payload(bytes: number): Uint8Array<ArrayBuffer> {
  if (kept.length !== bytes) kept = new Uint8Array(bytes).fill(7);
  return kept;
}
