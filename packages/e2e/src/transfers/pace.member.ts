// A long transfer whose reader is slow for a while, and then as fast as it can be.
import { joinRoom, type Member } from "./member.js";

const CHUNK_BYTES = 65_536;

let member: Member;
let reading: Promise<Outcome>;

interface Outcome {
  readonly bytes: number;
  /** Offset of the first byte that is not the sender's, or -1. */
  readonly wrongAt: number;
  readonly slowMs: number;
  readonly slowBytes: number;
}

export async function join(url: string, room: string, name: string): Promise<void> {
  member = await joinRoom(url, room, name, ["bulk"]);
}

export async function met(): Promise<void> {
  await member.remote();
}

/** Sends that many bytes from a stream that makes them as they are asked for. */
export async function send(bytes: number): Promise<void> {
  const remote = await member.remote();
  let made = 0;
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(chunkAt(made));
        made += CHUNK_BYTES;
        if (made >= bytes) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  await remote.send(source, "bulk");
}

/** Takes the next message: at `bytesPerSecond` until `slowBytes` have come, then freely. */
export function expectBulk(slowBytes: number, bytesPerSecond: number): void {
  reading = new Promise((resolve, reject) => {
    member.peer.once("channel:message", ({ data }) => {
      read(data, slowBytes, bytesPerSecond).then(resolve, reject);
    });
  });
  // Its failure is `outcome`'s.
  reading.catch(() => {});
}

export function outcome(): Promise<Outcome> {
  return reading;
}

export async function leave(): Promise<string[]> {
  await member.leave();
  return member.background;
}

async function read(data: AsyncIterable<Uint8Array>, slowBytes: number, bytesPerSecond: number): Promise<Outcome> {
  const startMs = performance.now();
  let slowMs = 0;
  let bytes = 0;
  let wrongAt = -1;
  for await (const chunk of data) {
    if (wrongAt === -1) wrongAt = mismatch(chunk, bytes);
    bytes += chunk.length;
    if (bytes >= slowBytes) {
      slowMs ||= performance.now() - startMs;
      continue;
    }
    const dueMs = startMs + (bytes / bytesPerSecond) * 1_000 - performance.now();
    // The slow reader is what is tested.
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
  }
  return { bytes, wrongAt, slowMs, slowBytes };
}

/** Each chunk differs, and so do neighbours within one. */
function chunkAt(offset: number): Uint8Array {
  const chunk = new Uint8Array(CHUNK_BYTES);
  new Uint32Array(chunk.buffer).fill(wordAt(offset));
  return chunk;
}

function wordAt(offset: number): number {
  return Math.imul(Math.floor(offset / CHUNK_BYTES) + 1, 0x9e3779b1);
}

/** Offset of the first byte that is wrong, or -1. */
function mismatch(bytes: Uint8Array, offset: number): number {
  const word = new Uint8Array(4);
  let index = 0;
  while (index < bytes.length) {
    const at = offset + index;
    new Uint32Array(word.buffer).fill(wordAt(at));
    const end = Math.min(bytes.length, index + CHUNK_BYTES - (at % CHUNK_BYTES));
    const shift = at - index;
    for (; index < end; index++) if (bytes[index] !== word[(index + shift) & 3]) return offset + index;
  }
  return -1;
}
