import { fc } from "@peerhood/testing/test-support/fast-check";
import { describe, expect, it } from "vitest";
import { WHOLE_OVERHEAD_BYTES } from "./constants.js";
import { KINDS, type Kind } from "./frame.js";
import { createPair, pattern, type Pair, type SideOptions } from "./testing/harness.js";
import { encodeRecords as encode, type FrameRecord } from "./testing/records.js";
import { turns } from "./testing/test-clock.js";

const start = (id: number, more: Partial<Extract<FrameRecord, { type: "start" }>> = {}): FrameRecord => ({
  type: "start",
  id,
  kind: "binary",
  size: undefined,
  meta: undefined,
  payload: new Uint8Array(),
  ...more,
});
const whole = (id: number, payload: Uint8Array, more: { kind?: Kind; meta?: Uint8Array } = {}): FrameRecord => ({
  type: "whole",
  id,
  kind: "binary",
  payload,
  ...more,
});
const data = (id: number, payload: Uint8Array, fin = false): FrameRecord => ({ type: "data", id, fin, payload });

/** A side whose remote is the test: frames go in by hand. */
function hostile(options: SideOptions = {}): Pair {
  return createPair({ drops: () => true }, {}, options);
}

function expectViolated({ b }: Pair): void {
  expect(b.errors[0]).toMatchObject({ code: "PROTOCOL_ERROR", remoteId: "remote" });
  expect(b.channel.readyState).toBe("closed");
  expect(b.transfers.size).toBe(0);
}

describe("what breaks the protocol closes that channel with PROTOCOL_ERROR", () => {
  const large = pattern(262_144);
  it.each<[string, FrameRecord[]]>([
    ["a START out of turn", [start(1)]],
    ["a START again", [start(0), start(0)]],
    ["DATA that never began", [data(0, pattern(1))]],
    ["ABORT that never began", [{ type: "abort", id: 0, reason: { code: 0, text: "" } }]],
    ["CANCEL that never began", [{ type: "cancel", id: 5, reason: { code: 0, text: "" } }]],
    ["CREDIT that never began", [{ type: "credit", id: 0, received: 0, limit: 1 }]],
    ["ACK that never began", [{ type: "ack", below: 1, ranges: [] }]],
    ["a range that never began", [{ type: "ack", below: 0, ranges: [[0, 1]] }]],
    ["a range without an end", [{ type: "ack", below: 0, ranges: [[0, 9_007_199_254_740_991]] }]],
    ["ADMIT of what was not taken", [{ type: "admit", bytes: 1, count: 0 }]],
    ["more than its size", [start(0, { size: 3 }), data(0, pattern(4))]],
    ["less than its size", [start(0, { size: 3 }), data(0, pattern(2), true)]],
    ["more than its credit", [start(0), data(0, large), data(0, pattern(1))]],
    ["bytes after the end", [start(0, { size: 1 }), data(0, pattern(1), true), data(0, pattern(1))]],
    ["metadata that is not JSON", [start(0, { meta: pattern(5) })]],
    ["1,025 transfers twice over", Array.from({ length: 2_049 }, (_, id) => start(id, { size: 0 }))],
    ["reservations of 8 MiB twice over", Array.from({ length: 65 }, (_, id) => start(id))],
  ])("%s", async (_, records) => {
    const pair = hostile();
    pair.b.channel.receive(encode(...records));
    expectViolated(pair);
    // Nothing that comes later is looked at.
    pair.b.channel.receive(encode(start(0)));
    await turns(2);
    expect(pair.b.errors.filter(({ code }) => code === "PROTOCOL_ERROR").length).toBeLessThanOrEqual(
      1 + pair.b.messages.length,
    );
  });

  it("text where a frame should be", () => {
    const pair = hostile();
    pair.b.channel.receive("hello");
    expectViolated(pair);
  });

  it("in the role of the receiver: an early ACK, CREDIT beyond what was sent", () => {
    for (const record of [
      { type: "ack", below: 1, ranges: [] },
      { type: "ack", below: 0, ranges: [[0, 1]] },
      { type: "credit", id: 0, received: 1_000_000, limit: 1 },
      { type: "admit", bytes: 0, count: 2 },
    ] as FrameRecord[]) {
      const pair = hostile();
      const sent = Promise.allSettled([pair.b.send(pattern(1_000_000))]);
      pair.b.channel.dispatch("open");
      pair.b.channel.receive(encode(record));
      expectViolated(pair);
      void sent.then(([result]) => expect(result).toMatchObject({ reason: { code: "PROTOCOL_ERROR" } }));
    }
  });

  it("text and JSON that are none fail that message alone", async () => {
    const pair = hostile();
    const bad = new Uint8Array([0xff]);
    pair.b.channel.receive(
      encode(
        whole(0, bad, { kind: "string" }),
        whole(1, new TextEncoder().encode("{"), { kind: "json" }),
        whole(2, new TextEncoder().encode("x"), { kind: "string" }),
      ),
    );
    const [text, json, good] = await Promise.allSettled(pair.b.messages.map((message) => message.data));
    expect(text).toMatchObject({ reason: { code: "PROTOCOL_ERROR" } });
    expect(json).toMatchObject({ reason: { code: "PROTOCOL_ERROR" } });
    expect(good).toMatchObject({ value: "x" });
    expect(pair.b.channel.readyState).toBe("open");
  });
});

describe("memory of a hostile remote", () => {
  it("512 KiB in pieces of one byte cost about that", async () => {
    const pair = hostile();
    const one = pattern(1);
    const transfers = 2;
    pair.b.channel.receive(encode(...Array.from({ length: transfers }, (_, id) => start(id))));
    const before = process.memoryUsage();
    for (let id = 0; id < transfers; id++) {
      const frame = encode(...Array.from({ length: 4_096 }, () => data(id, one)));
      for (let i = 0; i < 64; i++) pair.b.channel.receive(frame);
    }
    await turns(2);
    (globalThis as { gc?: () => void }).gc?.();
    const after = process.memoryUsage();
    expect(pair.b.errors).toEqual([]);
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(grown).toBeLessThan(12 * 1_048_576);
    const whole = await pair.clock.until(Promise.resolve(pair.b.messages[0]?.data.getReader().read()));
    expect(whole?.value?.length).toBeGreaterThan(0);
  });

  it("an acknowledgement of all ids, sixteen thousand times, costs nothing", () => {
    const pair = hostile({ listens: false });
    // As after a long time on the channel.
    const { b } = pair;
    const sent: Promise<unknown>[] = [];
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 1_000; i++) sent.push(Promise.resolve(b.send("")));
      b.channel.queuedBytes = 0;
      b.channel.dispatch("open");
      b.channel.receive(encode({ type: "ack", below: (round + 1) * 1_000, ranges: [] }));
      b.channel.receive(encode({ type: "admit", bytes: (round + 1) * 1_000 * WHOLE_OVERHEAD_BYTES, count: 0 }));
    }
    const again = Array.from({ length: 16_000 }, () => ({
      type: "ack" as const,
      below: 0,
      ranges: [[0, 20_000] as const],
    }));
    const before = performance.now();
    b.channel.receive(encode(...again));
    expect(b.errors).toEqual([]);
    // A loop over each id were 3 * 10^8 steps.
    expect(performance.now() - before).toBeLessThan(1_000);
    return Promise.all(sent);
  });
});

const bytes = fc.uint8Array({ maxLength: 300 });
const id = fc.nat({ max: 6 });
const offset = fc.oneof(fc.nat({ max: 1_000 }), fc.maxSafeNat());
const reason = fc.record({ code: fc.nat({ max: 20 }), text: fc.string({ maxLength: 20 }) });
/** Records that are almost right: the interesting ones are those that get past the decoder. */
const record: fc.Arbitrary<FrameRecord> = fc.oneof(
  fc.record({
    type: fc.constant("start" as const),
    id,
    kind: fc.constantFrom(...KINDS),
    size: fc.option(fc.nat({ max: 300 }), { nil: undefined }),
    meta: fc.option(fc.oneof(bytes, fc.constant(new TextEncoder().encode('{"info":1}'))), { nil: undefined, freq: 5 }),
    payload: bytes,
  }),
  fc.record({
    type: fc.constant("whole" as const),
    id,
    kind: fc.constantFrom(...KINDS),
    meta: fc.option(fc.constant(new TextEncoder().encode('{"info":1}')), { nil: undefined }),
    payload: bytes,
  }),
  fc.record({ type: fc.constant("data" as const), id, fin: fc.boolean(), payload: bytes }),
  fc.record({
    type: fc.constant("ack" as const),
    below: fc.oneof(id, offset),
    // Ascending, as no other can be written.
    ranges: fc
      .array(fc.tuple(id, fc.oneof(id, offset)), { maxLength: 4 })
      .map((gaps) => gaps.map(([gap, count], i) => [gap + i * 10, gap + i * 10 + count] as const)),
  }),
  fc.record({ type: fc.constant("credit" as const), id, received: offset, limit: offset }),
  fc.record({ type: fc.constantFrom("abort" as const, "cancel" as const), id, reason }),
  fc.record({ type: fc.constant("admit" as const), bytes: offset, count: offset }),
);
const frame = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 3, arbitrary: fc.array(record, { minLength: 1, maxLength: 5 }).map((records) => encode(...records)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.array(record, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat({ max: 255 }), fc.boolean())
      .map(([records, at, value, cut]) => {
        const whole = encode(...records);
        whole[at % whole.length] = value;
        return cut ? whole.subarray(0, at % whole.length) : whole;
      }),
  },
);

const long = pattern(400_000);

/** A million frames or a minute, whichever comes first; a quarter of that outside of CI. A failure prints its seed. */
const FRAMES_A_RUN = 5;
const [MAX_FRAMES, MAX_MS] = process.env["CI"] ? [1_000_000, 60_000] : [250_000, 15_000];

it("random, truncated and altered frames in both roles: at most a typed error, nothing left over", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 12 }), fc.boolean(), async (frames, awaits) => {
      const pair = hostile({
        onMessage: ({ data }) => {
          if (awaits) data.catch(() => {});
        },
      });
      const { b, clock } = pair;
      const sent = [b.send(pattern(1_000)), b.send(long), b.send("x")];
      const over = Promise.allSettled(sent);
      b.channel.dispatch("open");
      for (const each of frames) {
        b.channel.receive(each);
        await Promise.resolve();
      }
      await turns(1);
      for (const error of [...b.errors, ...b.unhandled]) expect(error.name).toBe("PeerhoodError");
      b.channel.close();
      b.transfers.close(b.errors[0] ?? (new Error("closed") as never));
      await over;
      expect(b.transfers.size).toBe(0);
      await clock.advance(1);
      expect(clock.timers).toBe(0);
    }),
    { numRuns: MAX_FRAMES / FRAMES_A_RUN, interruptAfterTimeLimit: MAX_MS, markInterruptAsFailure: false },
  );
}, 180_000);
