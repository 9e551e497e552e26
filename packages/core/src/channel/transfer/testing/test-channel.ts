import type { DataChannelEvent, DataChannelEventType, DataChannelLike } from "../../data-channel-like.js";
import type { TestClock } from "./test-clock.js";

export interface LineOptions {
  /** One way, milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** @default Infinity */
  readonly bytesPerSecond?: number;
  /** What the stack takes without counting it as buffered, as SCTP does. @default 0 */
  readonly unseenBytes?: number;
  /** The link swallows what this is `true` for. */
  readonly drops?: (data: string | Uint8Array) => boolean;
}

type Listener = (event: DataChannelEvent) => void;

/** One end of a data channel in memory, with latency, a rate and a send buffer on a virtual clock. */
export class TestChannel implements DataChannelLike {
  readonly label = "test";
  readonly id = 1;
  readonly ordered = true;
  readonly maxPacketLifeTime = null;
  readonly maxRetransmits = null;
  readonly protocol = "";
  readonly negotiated = true;
  readyState: DataChannelLike["readyState"] = "open";
  /** All that has not left, seen or not. */
  queuedBytes = 0;
  bufferedAmountLowThreshold = 0;
  binaryType = "arraybuffer";
  /** What went out, newest last. */
  readonly frames: (string | Uint8Array)[] = [];
  other: TestChannel | undefined;
  /** Frames are not kept in `frames`: for tests that send a lot. */
  forgetful = false;
  line: LineOptions;
  readonly #clock: TestClock;
  readonly #listeners = new Map<string, Set<Listener>>();
  #freeAt = 0;

  constructor(clock: TestClock, line: LineOptions) {
    this.#clock = clock;
    this.line = line;
  }

  get bufferedAmount(): number {
    return Math.max(0, this.queuedBytes - (this.line.unseenBytes ?? 0));
  }

  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (this.readyState !== "open") throw new Error("the channel is not open");
    // As the real ones do: the caller may use its buffer again at once.
    const copy = typeof data === "string" ? data : toBytes(data).slice();
    if (!this.forgetful) this.frames.push(copy);
    const { latencyMs = 0, bytesPerSecond = Infinity, drops } = this.line;
    this.#freeAt = Math.max(this.#freeAt, this.#clock.now()) + (copy.length / bytesPerSecond) * 1_000;
    this.queuedBytes += copy.length;
    const dropped = drops?.(copy) ?? false;
    this.#clock.setTimeout(() => this.#sent(copy.length), this.#freeAt - this.#clock.now());
    if (dropped) return;
    this.#clock.setTimeout(() => this.other?.receive(copy), this.#freeAt - this.#clock.now() + latencyMs);
  }

  receive(data: string | Uint8Array): void {
    if (this.readyState !== "open") return;
    this.dispatch("message", typeof data === "string" ? data : data.slice().buffer);
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.dispatch("close");
  }

  addEventListener(type: DataChannelEventType, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  removeEventListener(type: DataChannelEventType, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  dispatch(type: DataChannelEventType, data?: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, data });
  }

  #sent(bytes: number): void {
    const before = this.bufferedAmount;
    this.queuedBytes -= bytes;
    const { bufferedAmountLowThreshold: low } = this;
    if (before > low && this.bufferedAmount <= low) this.dispatch("bufferedamountlow");
  }
}

export function createChannelPair(clock: TestClock, line: LineOptions = {}): [TestChannel, TestChannel] {
  const pair: [TestChannel, TestChannel] = [new TestChannel(clock, line), new TestChannel(clock, line)];
  pair[0].other = pair[1];
  pair[1].other = pair[0];
  return pair;
}

function toBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
