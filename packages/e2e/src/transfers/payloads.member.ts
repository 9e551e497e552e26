// Every kind of payload with nothing in it, every kind of `info`, files that are never read whole, and streams.
import { isPeerhoodError } from "peerhood";
import { codeOf, joinRoom, type Member } from "./member.js";

/** Of the packages: what a START can hold, `{"info":…}` included (packages/docs/protocol/frames.md). */
const MAX_META_BYTES = 49_152;
const FILE_BYTES = 16 * 1_048_576;

interface Received {
  readonly kind: string;
  readonly bytes: number;
  readonly text: string;
  readonly size: number | undefined;
  readonly info: string | undefined;
}

let member: Member;
const received: Received[] = [];
let wake = (): void => {};

export async function join(url: string, room: string, name: string): Promise<void> {
  member = await joinRoom(url, room, name, ["all"]);
  let describing = Promise.resolve();
  member.peer.on("channel:message", ({ data, info, size }) => {
    const description = data.then(describe, failure);
    describing = describing.then(async () => {
      received.push({ ...(await description), size, info: JSON.stringify(info) });
      wake();
    });
  });
}

export async function met(): Promise<void> {
  await member.remote();
}

/** The next `count` messages, in order of arrival. */
export async function take(count: number): Promise<Received[]> {
  while (received.length < count) await new Promise<void>((resolve) => (wake = resolve));
  return received.splice(0, count);
}

export async function sendNothings(): Promise<void> {
  const remote = await member.remote();
  const empty = new Uint8Array(0);
  async function* nothing(): AsyncGenerator<Uint8Array> {}
  async function* nothings(): AsyncGenerator<Uint8Array> {
    yield empty;
    yield empty;
  }
  for (const message of [
    "",
    new ArrayBuffer(0),
    empty,
    new DataView(new ArrayBuffer(8), 8),
    new Blob([], { type: "text/css" }),
    new File([], "empty.txt", { type: "text/plain", lastModified: 7 }),
    new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }),
    nothing(),
    nothings(),
    null,
    [],
    {},
  ]) {
    const transfer = remote.send(message, { label: "all", info: 0 });
    let last: unknown;
    for await (const { current, total, done } of transfer) last = { current, total, done };
    await transfer;
    const bytes = message === null ? 4 : Array.isArray(message) || isPlain(message) ? 2 : 0;
    const expected = JSON.stringify({ current: bytes, total: bytes, done: true });
    if (JSON.stringify(last) !== expected) throw new Error(`The progress ended with ${JSON.stringify(last)}.`);
  }
}

/** Sends each, then one that just fits, and tells how one that is a byte longer fares. */
export async function sendInfos(infos: unknown[]): Promise<string> {
  const remote = await member.remote();
  for (const info of infos) await remote.send("", { label: "all", info });
  const fits = "x".repeat(MAX_META_BYTES - '{"info":""}'.length);
  await remote.send("", { label: "all", info: fits });
  return codeOf(remote.send("", { label: "all", info: `${fits}x` }));
}

/**
 * A File as large as a video, of which only slices can be read. Tells the largest slice that was asked for, and the most
 * that was asked for beyond what the other side had at that moment.
 */
export async function sendSlices(): Promise<{ largest: number; ahead: number }> {
  const remote = await member.remote();
  const whole = (): never => {
    throw new Error("A File was read whole.");
  };
  let largest = 0;
  let ahead = 0;
  let arrived = 0;
  const file = {
    [Symbol.toStringTag]: "File",
    name: "huge.bin",
    type: "video/none",
    lastModified: 9,
    size: FILE_BYTES,
    arrayBuffer: whole,
    text: whole,
    stream: whole,
    bytes: whole,
    slice(from: number, to: number): Blob {
      largest = Math.max(largest, to - from);
      ahead = Math.max(ahead, to - arrived);
      const bytes = new Uint8Array(Math.min(to, FILE_BYTES) - from);
      for (let index = 0; index < bytes.length; index++) bytes[index] = (from + index) * 31;
      return new Blob([bytes]);
    },
  };
  const transfer = remote.send(file, "all");
  for await (const { current } of transfer) arrived = current;
  await transfer;
  return { largest, ahead };
}

/** Bytes in every form that a stream may give them in, from a ReadableStream and from an async iterable. */
export async function sendStreams(): Promise<string> {
  const remote = await member.remote();
  const chunks = [new Uint8Array([1, 2]), new Uint8Array([3]).buffer, new Uint16Array([4]), new Uint8Array(0), "é"];
  const long = Array.from({ length: 300 }, (_, index) => new Uint8Array(10_000).fill(index));
  const streamOf = (list: unknown[]): ReadableStream => {
    const queue = [...list];
    return new ReadableStream({
      pull(controller) {
        if (queue.length === 0) controller.close();
        else controller.enqueue(queue.shift());
      },
    });
  };
  async function* iterate(list: unknown[]): AsyncGenerator<unknown> {
    yield* list;
  }
  await remote.send(streamOf(chunks), "all");
  await remote.send(iterate(chunks), "all");
  await remote.send(streamOf(long), "all");
  await remote.send(iterate(long), "all");
  return codeOf(remote.send(iterate([1]), "all"));
}

export async function leave(): Promise<string[]> {
  await member.leave();
  return member.background;
}

function isPlain(value: unknown): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function failure(error: unknown): Pick<Received, "kind" | "bytes" | "text"> {
  return { kind: isPeerhoodError(error) ? "PeerhoodError" : "Error", bytes: 0, text: String(error) };
}

async function describe(value: unknown): Promise<Pick<Received, "kind" | "bytes" | "text">> {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const { name = "", type = "", lastModified = "" } = Object(value) as Partial<File>;
  if (kind === "Blob" || kind === "File") {
    const bytes = new Uint8Array(await (value as Blob).arrayBuffer());
    return { kind, bytes: bytes.length, text: [name, type, lastModified, sum(bytes)].join(" ") };
  }
  if (kind === "ArrayBuffer") {
    const bytes = new Uint8Array(value as ArrayBuffer);
    return { kind, bytes: bytes.length, text: bytes.length < 20 ? bytes.join() : sum(bytes) };
  }
  const text = JSON.stringify(value);
  return { kind, bytes: text.length, text };
}

/** Fletcher's, which sees order. */
function sum(bytes: Uint8Array): string {
  let a = 0;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65_535;
    b = (b + a) % 65_535;
  }
  return `${a}:${b}`;
}
