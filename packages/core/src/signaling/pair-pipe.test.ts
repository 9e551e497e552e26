import { SeededRandom, VirtualClock } from "@peerhood/testing";
import { fc } from "@peerhood/testing/test-support/fast-check";
import { describe, expect, test } from "vitest";
import { PairPipe, type PipeSegment } from "./pair-pipe.js";

/** Two pipes over a path that loses, doubles, delays and reorders as the fates say. */
function connect(clock: VirtualClock, fate: () => number, maxDelayMs = 700) {
  const received: unknown[][] = [[], []];
  const datagrams = { count: 0 };
  const pipes: PairPipe[] = [0, 1].map(
    (side) =>
      new PairPipe({
        clock,
        onMessage: (message) => received[side]?.push(message),
        onClosed: () => {},
        transmit: (segment: PipeSegment) => {
          datagrams.count++;
          const copies = fate() < 0.3 ? 0 : fate() < 0.3 ? 2 : 1;
          for (let copy = 0; copy < copies; copy++) {
            clock.setTimeout(() => pipes[1 - side]?.receive(structuredClone(segment)), fate() * maxDelayMs);
          }
        },
      }),
  );
  return { pipes, received, datagrams };
}

describe("PairPipe", () => {
  test("delivers each message once and in order, whatever happens to the datagrams", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.nat(3_000)), { maxLength: 40 }),
        fc.integer(),
        async (pushes, seed) => {
          const clock = new VirtualClock();
          const random = new SeededRandom(seed);
          const { pipes, received } = connect(clock, () => random.next());
          const sent: number[][] = [[], []];
          pushes.forEach(([side, atMs], index) => {
            clock.setTimeout(() => {
              pipes[Number(side)]?.push(index);
              sent[Number(!side)]?.push(index);
            }, atMs);
          });
          await clock.advance(120_000);
          expect(received).toEqual(sent);
          expect(clock.pending.length).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("sends what is pushed in one turn as one datagram, and acknowledges it with one", async () => {
    const clock = new VirtualClock();
    const { pipes, received, datagrams } = connect(clock, () => 0.5, 100);
    for (let index = 0; index < 20; index++) pipes[0]?.push({ index });
    await clock.advance(10_000);
    expect(received[1]).toHaveLength(20);
    expect(datagrams.count).toBe(2);
  });

  test("keeps a datagram below 16 KiB", async () => {
    const clock = new VirtualClock();
    const sizes: number[] = [];
    const pipe = new PairPipe({
      clock,
      onMessage: () => {},
      onClosed: () => {},
      transmit: (segment) => sizes.push(new TextEncoder().encode(JSON.stringify(segment)).length),
    });
    for (let index = 0; index < 20; index++) pipe.push("ä".repeat(2_000));
    await Promise.resolve();
    pipe.close();
    expect(sizes.length).toBeGreaterThan(4);
    expect(Math.max(...sizes)).toBeLessThan(16_384);
  });

  test("finish repeats the last words until they are acknowledged, then leaves no timer", async () => {
    const clock = new VirtualClock();
    const { pipes, received } = connect(clock, () => 0.5, 100);
    pipes[0]?.push("bye");
    pipes[0]?.finish();
    pipes[0]?.push("too late");
    await clock.advance(60_000);
    expect(received[1]).toEqual(["bye"]);
    pipes[1]?.close();
    pipes[1]?.close();
    expect(clock.pending.length).toBe(0);
  });

  test("finish gives up on a side that is gone", async () => {
    const clock = new VirtualClock();
    let closed = 0;
    const pipe = new PairPipe({ clock, onMessage: () => {}, transmit: () => {}, onClosed: () => closed++ });
    pipe.push("bye");
    pipe.finish();
    await clock.advance(60_000);
    expect([closed, clock.pending.length]).toEqual([1, 0]);
  });
});

test("a side that is heard of again after a long silence gets at once what it lacks", async () => {
  const clock = new VirtualClock();
  let cut = true;
  const got: [number, unknown][] = [];
  const pipes: PairPipe[] = [];
  for (const side of [0, 1]) {
    pipes.push(
      new PairPipe({
        clock,
        transmit: (segment) => {
          if (!cut) clock.setTimeout(() => pipes[1 - side]?.receive(segment), 10);
        },
        onMessage: (message) => got.push([clock.now(), message]),
        onClosed: () => {},
      }),
    );
  }
  pipes[0]?.push("long ago");
  await clock.advance(20_300);
  cut = false;
  const at = clock.now();
  pipes[1]?.push("here I am");
  await clock.advance(50);
  expect(got).toEqual([
    [at + 10, "here I am"],
    [at + 20, "long ago"],
  ]);
  for (const pipe of pipes) pipe.close();
});
