// A member of a room, the same code in a page and in Node, driven from outside by calls whose arguments and results
// survive JSON.
import { Peer, WebSocketDriver, type ConnectionClosedEvent } from "peerhood";

interface Received {
  readonly kind: string;
  readonly text: string;
  readonly size: number | undefined;
  readonly info: unknown;
}

let driver: WebSocketDriver;
let peer: Peer;
let opened: Promise<void>;
let left: Promise<string>;
const received: Received[] = [];
const uncaught: string[] = [];
let wake = (): void => {};

export async function join(url: string, room: string, name: string): Promise<void> {
  driver = new WebSocketDriver(url);
  peer = new Peer({ driver });
  peer.on("error", ({ error }) => uncaught.push(`${error.code}: ${error.message}`));
  peer.on("channel:error", ({ error }) => uncaught.push(`${error.code}: ${error.message}`));
  // One after the other, so that what is slow to describe keeps its place.
  let describing = Promise.resolve();
  peer.on("channel:message", ({ data, info, size }) => {
    const value = Promise.resolve(data);
    describing = describing.then(async () => {
      received.push({ ...(await describeValue(await value)), size, info });
      wake();
    });
    return describing;
  });
  opened = new Promise((resolve) => void peer.once("channel:open", () => resolve()));
  left = new Promise((resolve) => {
    peer.once("connection:closed", ({ reason }: ConnectionClosedEvent) => resolve(reason));
  });
  await peer.open("chat");
  await peer.join({ room, metadata: { name } });
}

/** Resolves with what the other side advertises, once its channel can send. */
export async function meet(): Promise<unknown> {
  await opened;
  return [...peer.remotes.values()].map(({ metadata, state }) => ({ metadata, state }));
}

export async function sendEachKind(): Promise<void> {
  await peer.send("grüße 👋", { label: "chat", info: { n: 1 } });
  await peer.send("", "chat");
  await peer.send(new Uint8Array([1, 2, 3]).buffer, "chat");
  await peer.send(new Float32Array([1.5]), "chat");
  await peer.send(new DataView(new ArrayBuffer(4)), "chat");
  await peer.send(new Blob(["blob"], { type: "text/plain" }), "chat");
  await peer.send(new File(["file"], "ä.txt", { type: "text/css", lastModified: 1_000 }), "chat");
  await peer.send({ deep: [1, null, "x"] }, "chat");
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array([7]);
    yield new Uint8Array([8, 9]);
  }
  await peer.send(bytes(), "chat");
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array([10, 11]));
      controller.close();
    },
  });
  await peer.send(stream, "chat");
}

/** Sends a file of pseudo-random bytes; returns its hash and the last value of its progress. */
export async function sendFile(bytes: number): Promise<unknown> {
  const content = new Uint8Array(bytes);
  let state = 1;
  for (let index = 0; index < bytes; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    content[index] = state >>> 24;
  }
  const transfer = peer.send(new File([content], "noise.bin"), "chat");
  let last: unknown;
  for await (const { current, total, done } of transfer) last = { current, total, done };
  await transfer;
  return { hash: hash(content), last };
}

/** The first `count` messages, in order of arrival. */
export async function messages(count: number): Promise<Received[]> {
  while (received.length < count) await new Promise<void>((resolve) => (wake = resolve));
  return received.slice(0, count);
}

/** Why the other side's connection ended. */
export function farewell(): Promise<string> {
  return left;
}

/** Leaves, and says what went wrong in the background. */
export async function leave(): Promise<string[]> {
  await peer.leave();
  await driver.close();
  return uncaught;
}

async function describeValue(value: unknown): Promise<{ kind: string; text: string }> {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === "ArrayBuffer") {
    const bytes = new Uint8Array(value as ArrayBuffer);
    return { kind, text: [...bytes].join() };
  }
  if (kind === "Blob") return { kind, text: `${(value as Blob).type} ${await (value as Blob).text()}` };
  if (kind === "File") {
    const { name, type, lastModified, size } = value as File;
    if (size > 1_000) return { kind, text: hash(new Uint8Array(await (value as File).arrayBuffer())) };
    return { kind, text: `${name} ${type} ${lastModified} ${await (value as File).text()}` };
  }
  return { kind, text: typeof value === "string" ? value : JSON.stringify(value) };
}

/** FNV-1a over 64 bits in two halves: a plain-http page has no crypto.subtle. */
function hash(bytes: Uint8Array): string {
  let a = 0x811c9dc5;
  let b = 0x9dc5811c;
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b + byte, 0x85ebca6b) ^ (b >>> 13);
  }
  return `${(a >>> 0).toString(16)}-${(b >>> 0).toString(16)}`;
}
