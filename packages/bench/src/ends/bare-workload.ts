// What one would write over two data channels without a library: frames of one size, paced by the buffered amount. The
// other end counts bytes on the main channel, says so when all are there, and echoes what comes on the ping channel.
import type { BareChannel } from "./bare-channel.js";
import { pingWhile } from "./pinging.js";

/** Looking at the buffered amount costs a native call: once per so many small messages. */
const LOOK_EVERY = 32;
const MESSAGES_HIGH_WATER_BYTES = 1_048_576;

let main: BareChannel;
let pings: BareChannel;
let expected = Infinity;
let received = 0;
let answered = (): void => {};
let ponged = (): void => {};
let sending = false;

export function use(mainChannel: BareChannel, pingChannel: BareChannel): void {
  [main, pings] = [mainChannel, pingChannel];
  main.onMessage((bytes) => {
    if (sending) return answered();
    received += bytes;
    if (received >= expected) {
      expected = Infinity;
      main.send(new Uint8Array(1));
    }
  });
  pings.onMessage((bytes) => {
    if (sending) ponged();
    else pings.send(new Uint8Array(bytes));
  });
}

/** The receiving end: so many bytes will come. */
export function expectBytes(bytes: number): void {
  [expected, received, sending] = [bytes, 0, false];
}

/** Milliseconds from the first frame to the answer that all are there. */
export async function bulk(bytes: number, frameBytes: number, highWaterBytes: number): Promise<number> {
  sending = true;
  const data = payload(bytes);
  const start = performance.now();
  const all = new Promise<void>((resolve) => (answered = resolve));
  const low = lowWater(main, highWaterBytes);
  for (let offset = 0; offset < bytes; offset += frameBytes) {
    main.send(data.subarray(offset, Math.min(bytes, offset + frameBytes)));
    if (main.bufferedAmount() >= highWaterBytes) await low();
  }
  await all;
  return performance.now() - start;
}

/** Milliseconds for `count` messages of `size` bytes, each a message of SCTP. */
export async function messages(count: number, size: number): Promise<number> {
  sending = true;
  const message = new Uint8Array(size).fill(7);
  const start = performance.now();
  const all = new Promise<void>((resolve) => (answered = resolve));
  const low = lowWater(main, MESSAGES_HIGH_WATER_BYTES);
  for (let index = 0; index < count; index++) {
    main.send(message);
    if (index % LOOK_EVERY === 0 && main.bufferedAmount() >= MESSAGES_HIGH_WATER_BYTES) await low();
  }
  await all;
  return performance.now() - start;
}

function ping(): Promise<void> {
  const pong = new Promise<void>((resolve) => (ponged = resolve));
  pings.send(new Uint8Array(8));
  return pong;
}

/** Milliseconds of each of `count` round trips, one after the other. */
export async function pingPong(count: number): Promise<number[]> {
  sending = true;
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await ping();
    times.push(performance.now() - start);
  }
  return times;
}

/** Round trips on the second channel while the first one sends, and how long that took. */
export async function pingUnderBulk(
  bytes: number,
  frameBytes: number,
  highWaterBytes: number,
): Promise<{ pings: number[]; ms: number }> {
  sending = true;
  return pingWhile(ping, () => bulk(bytes, frameBytes, highWaterBytes));
}

function lowWater(channel: BareChannel, highWaterBytes: number): () => Promise<void> {
  let low = (): void => {};
  channel.whenLow(highWaterBytes / 2, () => low());
  return async () => {
    while (channel.bufferedAmount() > highWaterBytes / 2) await new Promise<void>((resolve) => (low = resolve));
  };
}

let kept = new Uint8Array(0);

/** Real pages of memory, and the same ones in each round. */
function payload(bytes: number): Uint8Array<ArrayBuffer> {
  if (kept.length !== bytes) kept = new Uint8Array(bytes).fill(7);
  return kept;
}
