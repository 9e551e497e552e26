import { fc } from "@peerhood/testing/test-support/fast-check";
import { expect, it } from "vitest";
import { RemoteBudgets } from "./budgets.js";
import type { IncomingMessage } from "./incoming-data.js";
import { LAST_LOOK_MS, pattern, sameBytes, Side } from "./testing/harness.js";
import { createChannelPair } from "./testing/test-channel.js";
import { TestClock } from "./testing/test-clock.js";

/** Mostly short, some of several frames, a few of several windows. */
const bytes = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 300 }) },
  { weight: 3, arbitrary: fc.nat({ max: 70_000 }) },
  { weight: 2, arbitrary: fc.nat({ max: 700_000 }) },
);

const message = fc.record({
  kind: fc.constantFrom("string", "binary", "blob", "file", "json", "stream", "iterable"),
  bytes,
  /** Of the chunks of what comes in chunks. */
  chunkBytes: fc.integer({ min: 1_000, max: 300_000 }),
  info: fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }),
  from: fc.nat({ max: 1 }),
  channel: fc.nat({ max: 1 }),
  afterMs: fc.nat({ max: 60 }),
  reads: fc.constantFrom("at once", "as a stream", "late", "slowly"),
});
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

const line = fc.record({
  latencyMs: fc.nat({ max: 60 }),
  bytesPerSecond: fc.constantFrom(300_000, 3_000_000, 30_000_000, Infinity),
});

function payloadOf({ kind, bytes: length, chunkBytes }: Message, seed: number): { sent: unknown; content: Uint8Array } {
  const text = kind === "string" || kind === "json";
  const content = pattern(length, seed).map((byte) => (text ? 97 + (byte % 26) : byte));
  async function* chunks() {
    for (let at = 0; at < length; at += chunkBytes) yield content.slice(at, at + chunkBytes);
  }
  const asText = text ? new TextDecoder().decode(content) : "";
  const sent: Readonly<Record<Message["kind"], () => unknown>> = {
    string: () => asText,
    binary: () => content,
    blob: () => new Blob([content], { type: "video/x" }),
    file: () => new File([content], `${seed}.bin`, { lastModified: seed }),
    json: () => ({ asText }),
    stream: () => new Blob([content]).stream(),
    iterable: chunks,
  };
  return { sent: sent[kind](), content };
}

async function contentOf(value: unknown): Promise<Uint8Array> {
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (value instanceof Blob) return new Uint8Array(await value.arrayBuffer());
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new TextEncoder().encode((value as { asText: string }).asText);
}

async function read({ data }: IncomingMessage, { reads, afterMs }: Message, clock: TestClock): Promise<unknown> {
  const pause = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));
  if (reads === "at once") return data;
  if (reads === "late") {
    await pause(10 * afterMs);
    return data;
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of data) {
    parts.push(part as Uint8Array<ArrayBuffer>);
    if (reads === "slowly") await pause(afterMs / 4);
  }
  return new Blob(parts).arrayBuffer();
}

// The model: each channel and direction delivers what was sent on it, all of it, once, begun in the order of `send`.
it("whatever is sent, when, over which channel, and however it is read: each message arrives once, as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 14 }), line, async (plan, conditions) => {
      const clock = new TestClock();
      const budgets = [new RemoteBudgets(), new RemoteBudgets()];
      const channels = [0, 1].map(() =>
        createChannelPair(clock, conditions).map((end, i) => new Side(clock, end, { budgets: budgets[i] as never })),
      );
      const sideOf = (channel: number, end: number): Side => channels[channel]?.[end] as Side;
      const model = new Map<Side, { wanted: Message; content: Uint8Array; seed: number }[]>();
      const done: Promise<unknown>[] = [];
      const expectLater = (promise: PromiseLike<unknown>): void => {
        done.push(Promise.resolve(promise));
        // A failure is told below, by all of them together.
        done.at(-1)?.catch(() => {});
      };
      const send = (wanted: Message, seed: number): void => {
        const from = sideOf(wanted.channel, wanted.from);
        const to = sideOf(wanted.channel, 1 - wanted.from);
        const { sent, content } = payloadOf(wanted, seed);
        const expected = model.get(to) ?? [];
        model.set(to, expected);
        const place = expected.push({ wanted, content, seed }) - 1;
        expectLater(from.send(sent, { info: wanted.info }));
        expectLater(
          to.message(place).then(async (arrived) => {
            // As JSON has it, which knows no -0.
            expect(JSON.stringify(arrived.info)).toBe(JSON.stringify(wanted.info));
            const known = wanted.kind !== "stream" && wanted.kind !== "iterable" && wanted.kind !== "json";
            if (known) expect(arrived.size).toBe(content.length);
            const value = await read(arrived, wanted, clock);
            const whole = wanted.reads === "at once" || wanted.reads === "late";
            if (whole && wanted.kind === "blob") expect((value as Blob).type).toBe("video/x");
            if (whole && wanted.kind === "file") {
              expect(value).toMatchObject({ name: `${seed}.bin`, lastModified: seed });
            }
            const json = wanted.kind === "json" && !whole;
            const got = json ? JSON.parse(new TextDecoder().decode(value as ArrayBuffer)) : value;
            expect(sameBytes(await contentOf(got), content)).toBe(true);
          }),
        );
      };
      const planned = plan.map(
        (wanted, i) =>
          new Promise<void>((resolve) => {
            clock.setTimeout(() => {
              send(wanted, i + 1);
              resolve();
            }, wanted.afterMs);
          }),
      );
      await clock.until(Promise.all(planned));
      await clock.until(Promise.all(done));
      await clock.advance(LAST_LOOK_MS);
      for (const side of channels.flat()) {
        expect(side.messages).toHaveLength(model.get(side)?.length ?? 0);
        expect([side.transfers.size, side.errors, side.unhandled]).toEqual([0, [], []]);
      }
      expect(clock.timers).toBe(0);
      for (const budget of budgets) {
        expect(budget.turns).toBe(0);
        expect(budget.reserve(8_388_608, 1, () => {})).toBe(true);
        expect(budget.takeGrowth(8_388_608)).toBe(8_388_608);
      }
    }),
    { numRuns: process.env["CI"] ? 150 : 50 },
  );
}, 60_000);
