// The same work for each library that people use today, through its public interface: one large message, or many small
// ones. The other end counts bytes and says when all are there.
import { Pending } from "./pending.js";

export interface LibraryChannel {
  /** One message; a promise where the library gives one. */
  send(data: Uint8Array<ArrayBuffer>): Promise<unknown> | void;
  /** Large data, the way its documentation sends them. */
  sendLarge(data: Uint8Array<ArrayBuffer>): Promise<unknown> | void;
  /** Tells the other end that all are there. */
  tellAll(): void;
}

/** As for peerhood's own end. */
const MAX_PENDING = 4_096;

let channel: LibraryChannel;
let expected = Infinity;
let received = 0;
let answered = (): void => {};

export function use(opened: LibraryChannel): void {
  channel = opened;
}

/** To be called with the size of each message that arrives. */
export function arrived(bytes: number): void {
  received += bytes;
  if (received < expected) return;
  expected = Infinity;
  channel.tellAll();
}

/** To be called when the other end has told that all are there. */
export function allArrived(): void {
  answered();
}

export function expectBytes(bytes: number): void {
  [expected, received] = [bytes, 0];
}

export async function bulk(bytes: number): Promise<number> {
  const data = new Uint8Array(bytes).fill(7);
  const start = performance.now();
  const all = new Promise<void>((resolve) => (answered = resolve));
  await channel.sendLarge(data);
  await all;
  return performance.now() - start;
}

export async function messages(count: number, size: number): Promise<number> {
  const message = new Uint8Array(size).fill(7);
  const start = performance.now();
  const all = new Promise<void>((resolve) => (answered = resolve));
  const pending = new Pending(MAX_PENDING);
  for (let index = 0; index < count; index++) {
    const sent = channel.send(message);
    if (sent === undefined) continue;
    pending.add(sent);
    if (pending.full) await pending.half();
  }
  await all;
  return performance.now() - start;
}
