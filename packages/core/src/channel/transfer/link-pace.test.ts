// The stack below takes whatever it is given, as SCTP's send buffer does: only the engine keeps queues short.
import { describe, expect, it } from "vitest";
import { RemoteBudgets } from "./budgets.js";
import { LAST_LOOK_MS, Side } from "./testing/harness.js";
import { createChannelPair, type TestChannel } from "./testing/test-channel.js";
import { TestClock } from "./testing/test-clock.js";

const KIB = 1_024;
const MIB = 1_048_576;

class Path {
  readonly clock = new TestClock();
  readonly ends: readonly [TestChannel, TestChannel];
  readonly a: Side;
  readonly b: Side;
  received = 0;

  constructor(latencyMs: number, bytesPerSecond: number, budgets?: readonly [RemoteBudgets, RemoteBudgets]) {
    this.ends = createChannelPair(this.clock, { latencyMs, bytesPerSecond, unseenBytes: 4 * MIB });
    for (const end of this.ends) end.forgetful = true;
    const read = async (data: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of data) this.received += chunk.length;
    };
    this.a = new Side(this.clock, this.ends[0], budgets === undefined ? {} : { budgets: budgets[0] });
    const onMessage = ({ data }: { data: AsyncIterable<Uint8Array> }): void => void read(data).catch(() => {});
    this.b = new Side(this.clock, this.ends[1], {
      ...(budgets === undefined ? {} : { budgets: budgets[1] }),
      onMessage,
    });
  }

  change(latencyMs: number, bytesPerSecond: number): void {
    for (const end of this.ends) end.line = { latencyMs, bytesPerSecond, unseenBytes: 4 * MIB };
  }

  /** Bytes a second that arrive within the next so many milliseconds. */
  async rateOver(ms: number): Promise<number> {
    const before = this.received;
    await this.clock.advance(ms);
    return ((this.received - before) / ms) * 1_000;
  }

  /** Milliseconds until a short message is acknowledged. */
  async ping(): Promise<number> {
    const before = this.clock.now();
    await this.clock.until(this.a.send("ping"));
    return this.clock.now() - before;
  }
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64 * KIB)) });
}

describe("beside a long transfer, at", () => {
  it.each([
    [20_000, 50],
    [100_000, 5],
    [625_000, 20],
    [5 * MIB, 20],
    [20 * MIB, 1],
  ])("%i bytes/s and %i ms one way: the path is full and a ping takes few round trips", async (rate, latencyMs) => {
    const path = new Path(latencyMs, rate);
    const transfer = path.a.send(endless());
    transfer.catch(() => {});
    // What it began with has to drain.
    await path.clock.advance(2_000 + (300 * KIB * 1_000) / rate);
    const seconds = Math.max(3, (100 * KIB) / rate);
    expect(await path.rateOver(seconds * 1_000)).toBeGreaterThan(0.9 * rate);
    const pings = [await path.ping(), await path.ping(), await path.ping()];
    // Frames of 1 KiB or more are before it on a slow link.
    expect(Math.max(...pings)).toBeLessThan(6 * latencyMs + 260 + (6 * KIB * 1_000) / rate);
    await transfer.cancel();
    await path.clock.advance(2_000);
    expect([path.a.transfers.size, path.b.transfers.size]).toEqual([0, 0]);
  });

  it("a path that gets ten times slower, or as much longer, is filled again and no more than that", async () => {
    const path = new Path(10, 5 * MIB);
    const transfer = path.a.send(endless());
    transfer.catch(() => {});
    await path.clock.advance(2_000);
    path.change(10, MIB / 2);
    await path.clock.advance(12_000);
    expect(await path.rateOver(2_000)).toBeGreaterThan((0.9 * MIB) / 2);
    expect(await path.ping()).toBeLessThan(300);
    path.change(100, 5 * MIB);
    // The shortest round trip is looked for every ten seconds.
    await path.clock.advance(25_000);
    expect(await path.rateOver(4_000)).toBeGreaterThan(0.85 * 5 * MIB);
    expect(await path.ping()).toBeLessThan(700);
    await transfer.cancel();
  });
});

it("short messages by the thousand do not wait for each other at the remote, and a long one goes on beside them", async () => {
  const path = new Path(10, MIB);
  const transfer = path.a.send(endless());
  transfer.catch(() => {});
  await path.clock.advance(2_000);
  const before = path.received;
  const sent = Array.from({ length: 3_000 }, () => path.a.send("x".repeat(1_000)));
  await path.clock.until(Promise.all(sent));
  expect(path.received - before).toBeGreaterThan(3_000_000);
  await transfer.cancel();
});

it("channels with one remote share the path", async () => {
  const budgets = [new RemoteBudgets(), new RemoteBudgets()] as const;
  const one = new Path(10, 5 * MIB, budgets);
  const other = createChannelPair(one.clock, { latencyMs: 10, bytesPerSecond: 5 * MIB, unseenBytes: 4 * MIB });
  let beside = 0;
  const read = async (data: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of data) beside += chunk.length;
  };
  const from = new Side(one.clock, other[0], { budgets: budgets[0] });
  const to = new Side(one.clock, other[1], {
    budgets: budgets[1],
    onMessage: ({ data }) => void read(data).catch(() => {}),
  });
  const transfers = [one.a.send(endless()), from.send(endless())];
  for (const transfer of transfers) transfer.catch(() => {});
  await one.clock.advance(LAST_LOOK_MS);
  expect(one.received / beside).toBeGreaterThan(0.8);
  expect(one.received / beside).toBeLessThan(1.25);
  // One of them ends, and the other has all of it.
  await transfers[0]?.cancel();
  await one.clock.advance(500);
  const before = beside;
  await one.clock.advance(2_000);
  expect(beside - before).toBeGreaterThan(0.9 * 2 * 5 * MIB);
  await transfers[1]?.cancel();
  await one.clock.advance(LAST_LOOK_MS);
  expect([from.transfers.size, to.transfers.size, one.clock.timers]).toEqual([0, 0, 0]);
});
