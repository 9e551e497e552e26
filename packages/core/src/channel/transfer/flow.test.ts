import { describe, expect, it } from "vitest";
import { RemoteBudgets } from "./budgets.js";
import type { IncomingMessage } from "./incoming-data.js";
import { createPair, expectClean, pattern, sameBytes, Side, type Pair } from "./testing/harness.js";
import { createChannelPair } from "./testing/test-channel.js";
import { TestClock } from "./testing/test-clock.js";

const MIB = 1_048_576;

/** Reads it to the end, bytes counted and dropped. */
async function count({ data }: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of data) bytes += chunk.length;
  return bytes;
}

describe("transfers of one channel", () => {
  it("begin in the order of send, and share the line fairly", async () => {
    const ends: number[] = [];
    const pair = createPair({ latencyMs: 5, bytesPerSecond: 4 * MIB });
    const { clock, a, b } = pair;
    const sizes = [MIB, MIB, MIB, MIB];
    const sent = sizes.map((size, i) => a.send(pattern(size, i + 1), { info: i }));
    for (const i of sizes.keys()) {
      const message = await clock.until(b.message(i));
      expect(message.info).toBe(i);
      void message.data.then((value) => {
        ends.push(clock.now());
        expect(sameBytes(value, pattern(MIB, i + 1))).toBe(true);
      });
    }
    await clock.until(Promise.all(sent));
    expect(ends).toHaveLength(4);
    expect(Math.max(...ends)).toBeLessThan(Math.min(...ends) * 1.2);
    await expectClean(pair);
  });

  it("a short message passes long ones", async () => {
    const pair = createPair({ latencyMs: 5, bytesPerSecond: MIB });
    const { clock, a, b } = pair;
    const long = [a.send(pattern(4 * MIB)), a.send(pattern(4 * MIB))];
    const reading = [0, 1].map(async (i) => count(await b.message(i)));
    await clock.advance(1_000);
    const before = clock.now();
    const short = a.send("now");
    await clock.until(short);
    // What the channel has buffered, a frame and the way there and back.
    expect(clock.now() - before).toBeLessThan(220);
    expect(await clock.until((await b.message(2)).data)).toBe("now");
    await clock.until(Promise.all(long));
    expect(await clock.until(Promise.all(reading))).toEqual([4 * MIB, 4 * MIB]);
    await expectClean(pair);
  });

  it.each([5_000, 100_000])(
    "at %i bytes/s a short message passes long ones within a second",
    async (bytesPerSecond) => {
      const pair = createPair({ latencyMs: 20, bytesPerSecond });
      const { clock, a, b } = pair;
      const long = a.send(pattern(MIB));
      void b.message(0).then(count);
      await clock.advance(20_000 * (5_000 / bytesPerSecond));
      for (let i = 1; i <= 3; i++) {
        const before = clock.now();
        await clock.until(a.send("now"));
        // With frames of 64 KiB and a high-water mark of 128 it were 26 s at 5 kB/s.
        expect(clock.now() - before).toBeLessThan(1_000);
      }
      for (const { data } of b.messages.slice(1)) expect(await data).toBe("now");
      await clock.until(long);
      // The link is as busy as it was with large frames.
      expect(clock.now()).toBeLessThan((MIB / bytesPerSecond) * 1_000 * 1.1 + 500);
      await expectClean(pair);
    },
  );

  it("bulk that is alone with its remote has large frames, and small ones while another channel is busy", async () => {
    const [mine, theirs] = [new RemoteBudgets(), new RemoteBudgets()];
    const clock = new TestClock();
    const sides = [0, 1].map(() => {
      const [left, right] = createChannelPair(clock, { latencyMs: 1, bytesPerSecond: 20 * MIB });
      return {
        a: new Side(clock, left, { budgets: mine }),
        b: new Side(clock, right, { budgets: theirs, listens: false }),
      };
    });
    const [one, other] = sides as [(typeof sides)[0], (typeof sides)[0]];
    const largest = (from: number): number => Math.max(...one.a.channel.frames.slice(from).map(({ length }) => length));
    await clock.until(one.a.send(pattern(4 * MIB)));
    expect(largest(0)).toBeGreaterThan(65_000);
    const before = one.a.channel.frames.length;
    // The other one is busy for longer.
    const longer = other.a.send(pattern(8 * MIB));
    await clock.advance(1);
    await clock.until(one.a.send(pattern(MIB)));
    expect(largest(before)).toBeLessThanOrEqual(16_384);
    await clock.until(longer);
    expect(mine.turns).toBe(0);
  });

  it("an unread one stalls alone, within its window, for as long as it likes", async () => {
    const pair = createPair({ latencyMs: 5 });
    const { clock, a, b } = pair;
    const unread = a.send(pattern(2 * MIB, 7));
    let over = false;
    void Promise.resolve(unread).finally(() => (over = true));
    const { data } = await clock.until(b.message(0));
    for (let i = 1; i <= 50; i++) {
      const read = a.send(pattern(MIB, i));
      expect(await clock.until(count(await clock.until(b.message(i))))).toBe(MIB);
      await clock.until(read);
    }
    await clock.advance(600_000);
    expect([over, unread.sent]).toEqual([false, 262_144]);
    expect(sameBytes(await clock.until(data), pattern(2 * MIB, 7))).toBe(true);
    await clock.until(unread);
    await expectClean(pair);
  });

  it("10,000 unread of 200 kB: memory within the bound, and all arrive when read", async () => {
    const pair = createPair({ latencyMs: 1 });
    const { clock, a, b } = pair;
    a.channel.forgetful = true;
    const payload = pattern(200_000);
    const sent = Array.from({ length: 10_000 }, () => a.send(payload));
    await clock.advance(120_000);
    expect(b.messages.length * payload.length).toBeLessThanOrEqual(8 * MIB);
    expect(b.messages.length).toBeGreaterThan(40);
    for (let i = 0; i < sent.length; i++) {
      const { data } = await clock.until(b.message(i));
      expect(((await clock.until(data)) as ArrayBuffer).byteLength).toBe(200_000);
      b.messages[i] = undefined as never;
    }
    await clock.until(Promise.all(sent));
    await expectClean(pair);
  }, 60_000);

  it("1,024 unread transfers in pieces, and 8,192 empty messages, and no more", async () => {
    for (const [message, count, admitted] of [
      [() => new Blob([]), 1_100, 1_024],
      [() => "", 9_000, 8_192],
    ] as const) {
      const pair = createPair();
      const { clock, a, b } = pair;
      const sent = Array.from({ length: count }, () => a.send(message()));
      await clock.advance(1_000);
      expect(b.messages).toHaveLength(admitted);
      for (let i = 0; i < count; i++) await clock.until((await clock.until(b.message(i))).data);
      await clock.until(Promise.all(sent));
      await expectClean(pair);
    }
  });

  it("a burst of several frames is acknowledged a few times, and its end at once", async () => {
    const pair = createPair({ latencyMs: 25 }, {}, { onMessage: ({ data }) => void data.then(() => {}) });
    const sent = Array.from({ length: 6_000 }, () => pair.a.send(new Uint8Array(100)));
    await pair.clock.until(Promise.all(sent));
    expect(pair.a.channel.frames.length).toBeGreaterThan(10);
    expect(pair.b.channel.frames.length).toBeLessThan(pair.a.channel.frames.length / 2);
    await expectClean(pair);
    const before = pair.clock.now();
    // A window that fits into one frame has nobody to wait for.
    await pair.clock.until(Promise.all(Array.from({ length: 500 }, () => pair.a.send(new Uint8Array(100)))));
    expect(pair.clock.now() - before).toBe(50);
    await expectClean(pair);
  });

  it("1,000 messages awaited together take one round trip of 50 ms and share frames", async () => {
    const pair = createPair({ latencyMs: 25 }, {}, { onMessage: ({ data }) => void data.then(() => {}) });
    const sent = Array.from({ length: 1_000 }, (_, i) => pair.a.send(`message ${i}`));
    await pair.clock.until(Promise.all(sent));
    expect(pair.clock.now()).toBeLessThan(60);
    expect(pair.a.channel.frames.length).toBeLessThan(5);
    expect(await Promise.all(pair.b.messages.map(({ data }) => data))).toEqual(
      Array.from({ length: 1_000 }, (_, i) => `message ${i}`),
    );
    await expectClean(pair);
  });

  it("an answer in the same turn carries the acknowledgement along: one frame a side for each round trip", async () => {
    const rounds = 20;
    let left = rounds;
    let done = (): void => {};
    const over = new Promise<void>((resolve) => (done = resolve));
    const pair: Pair = createPair(
      { latencyMs: 1 },
      {
        onMessage: async ({ data }) => {
          expect(await data).toBe("pong");
          if (--left > 0) void pair.a.send("ping");
          else done();
        },
      },
      {
        onMessage: async ({ data }) => {
          expect(await data).toBe("ping");
          void pair.b.send("pong");
        },
      },
    );
    void pair.a.send("ping");
    await pair.clock.until(over);
    await expectClean(pair);
    // The last acknowledgement has nothing to ride on.
    expect([pair.a.channel.frames.length, pair.b.channel.frames.length]).toEqual([rounds + 1, rounds]);
  });

  it("with no listener everything is discarded and acknowledged", async () => {
    const pair = createPair({}, {}, { listens: false });
    await pair.clock.until(Promise.all([pair.a.send(pattern(3 * MIB)), pair.a.send("x"), pair.a.send("")]));
    await expectClean(pair);
  });

  it("the window of a reader that keeps up grows with the round trip", async () => {
    const pair = createPair({ latencyMs: 50, bytesPerSecond: 64 * MIB });
    const { clock, a, b } = pair;
    const sent = a.send(pattern(64 * MIB));
    void b.message(0).then(count);
    await clock.until(sent);
    // With the first window alone it were 256 round trips, 25 s.
    expect(clock.now()).toBeLessThan(4_000);
    await expectClean(pair);
  }, 20_000);

  it("channels of one remote share its bound", async () => {
    const one = createPair();
    const { a, b, clock } = one;
    const size = 262_144;
    const sent = Array.from({ length: 40 }, () => a.send(pattern(size)));
    await clock.advance(100);
    expect(b.messages).toHaveLength(32);
    a.transfers.close(new (await import("../../errors.js")).PeerhoodError("CHANNEL_CLOSED", "closed"));
    await clock.until(Promise.allSettled(sent));
    // What the closed channel had reserved is free for the others.
    expect(a.budgets.reserve(8 * MIB, 1, () => {})).toBe(true);
  });
});

describe("progress", () => {
  it("is byte-exact on both sides and ends with done", async () => {
    const pair = createPair({ latencyMs: 5, bytesPerSecond: MIB });
    const { clock, a, b } = pair;
    const sent = a.send(pattern(MIB + 1));
    const steps: unknown[] = [];
    const sending = (async () => {
      let last = -1;
      for await (const step of sent) {
        expect(step.current).toBeGreaterThanOrEqual(last);
        last = step.current;
        steps.push(step);
      }
    })();
    const message = await clock.until(b.message(0));
    const arriving: number[] = [];
    const receiving = (async () => {
      for await (const { current, total, done } of message.data.progress()) {
        arriving.push(current);
        expect(total).toBe(MIB + 1);
        expect(done).toBe(current === MIB + 1);
      }
    })();
    await clock.until(count(message));
    await clock.until(Promise.all([sent, sending, receiving]));
    expect(steps.length).toBeGreaterThan(4);
    expect(steps.at(-1)).toEqual({ id: "remote", label: "test", current: MIB + 1, total: MIB + 1, done: true });
    expect(arriving.at(-1)).toBe(MIB + 1);
    await expectClean(pair);
  });

  it("of nothing is one value, also when asked for afterwards", async () => {
    const pair = createPair({}, {}, { listens: false });
    const sent = pair.a.send("");
    await pair.clock.until(sent);
    const steps: unknown[] = [];
    for await (const step of sent) steps.push(step);
    expect(steps).toEqual([{ id: "remote", label: "test", current: 0, total: 0, done: true }]);
    await expectClean(pair);
  });

  it("that nobody reads on holds nothing up, and leaving it ends no transfer", async () => {
    const pair = createPair({ latencyMs: 1, bytesPerSecond: 8 * MIB }, {}, { listens: false });
    const unread = pair.a.send(pattern(2 * MIB));
    const reader = unread.getReader();
    await pair.clock.until(reader.read());
    const left = pair.a.send(pattern(2 * MIB));
    const leaving = (async () => {
      for await (const step of left) if (step.current > 0) break;
    })();
    await pair.clock.until(Promise.all([leaving, left, unread]));
    await expectClean(pair);
  });
});

describe("stall", () => {
  it("is data that nobody acknowledges: TRANSFER_STALLED after the time and not before", async () => {
    const pair = createPair({ latencyMs: 5 });
    const { clock, a, b } = pair;
    a.channel.line = { drops: () => true };
    const sent = Promise.resolve(a.send(pattern(100_000)));
    sent.catch(() => {});
    await clock.advance(29_990);
    expect(a.transfers.size).toBe(1);
    await expect(clock.until(sent)).rejects.toMatchObject({ code: "TRANSFER_STALLED", retryable: true });
    expect(clock.now()).toBeLessThanOrEqual(30_010);
    expect([a.transfers.size, b.transfers.size]).toEqual([0, 0]);
  });

  it("is none on a link of 5 kB/s, however long it takes", async () => {
    const pair = createPair({ latencyMs: 100, bytesPerSecond: 5_000 });
    const { clock, a, b } = pair;
    const sent = a.send(pattern(MIB));
    void b.message(0).then(count);
    await clock.until(sent);
    expect(clock.now()).toBeGreaterThan(200_000);
    await expectClean(pair);
  });

  it("is none where a message follows an old one after a pause of almost that time", async () => {
    const pair = createPair({ latencyMs: 100 }, {}, { listens: false });
    const { clock, a } = pair;
    await clock.until(a.send(pattern(1)));
    const open = a.send(
      (async function* () {
        yield pattern(10);
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, 29_950));
        yield pattern(10);
      })(),
    );
    await clock.until(open);
    await expectClean(pair);
  });

  it("is none where a stream pauses after little, or the reader before the last byte", async () => {
    const pair = createPair({ latencyMs: 20 });
    const { clock, a, b } = pair;
    const pause = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));
    const trickle = a.send(
      (async function* () {
        for (let i = 0; i < 3; i++) {
          yield pattern(10);
          await pause(10);
        }
        await pause(100_000);
      })(),
    );
    const unread = a.send(pattern(300_000));
    await clock.advance(90_000);
    expect([trickle.over, unread.over]).toEqual([false, false]);
    for (const i of [0, 1]) void b.message(i).then(count);
    await clock.until(Promise.all([trickle, unread]));
    await expectClean(pair);
  });
});
