import { describe, expect, it } from "vitest";
import type { PeerhoodError } from "../../errors.js";
import { createBroadcast, type BroadcastTarget } from "./broadcast.js";
import { createPair, pattern, sameBytes, type Pair } from "./testing/harness.js";

const MIB = 1_048_576;

const target = (id: string, { a }: Pair): BroadcastTarget => ({ id, dispatch: (_, out) => a.transfers.send(out) });

function broadcast(message: unknown, targets: BroadcastTarget[], unhandled: string[] = []) {
  return createBroadcast(message, {
    label: "test",
    targets,
    onUnhandled: (error: PeerhoodError, id) => unhandled.push(`${id}: ${error.code}`),
  });
}

async function clockAll(pairs: Pair[], ms: number): Promise<void> {
  for (const { clock } of pairs) await clock.advance(ms);
}

/** Reads everything; `undefined` if it failed. */
async function read({ b }: Pair): Promise<unknown> {
  const { data } = await b.message(0);
  return data.then(null, () => undefined);
}

describe("broadcast", () => {
  it("to nobody resolves at once", async () => {
    await broadcast("x", []);
  });

  it("reports progress of each remote and resolves when all have it", async () => {
    const pairs = [createPair(), createPair(), createPair()];
    const sent = broadcast(
      pattern(MIB),
      pairs.map((pair, i) => target(`r${i}`, pair)),
    );
    const last = new Map<string, unknown>();
    const progress = (async () => {
      for await (const step of sent) last.set(step.id, step);
    })();
    const reads = pairs.map(read);
    for (let i = 0; i < 20; i++) await clockAll(pairs, 10);
    await sent;
    await progress;
    expect([...last.keys()].sort()).toEqual(["r0", "r1", "r2"]);
    for (const step of last.values()) expect(step).toMatchObject({ current: MIB, total: MIB, done: true });
    for (const value of await Promise.all(reads)) expect(sameBytes(value, pattern(MIB))).toBe(true);
  });

  it("a failing remote is named, and the others have it", async () => {
    const pairs = [
      createPair({}, {}, { listens: false }),
      createPair({}, {}, { onMessage: ({ data }) => void data.cancel() }),
    ];
    const [good, bad] = pairs as [Pair, Pair];
    const sent = broadcast(pattern(MIB), [
      target("good", good),
      target("bad", bad),
      { id: "gone", dispatch: undefined },
    ]);
    const result = Promise.allSettled([sent]);
    for (let i = 0; i < 20; i++) await clockAll(pairs, 10);
    const [{ reason }] = (await result) as [PromiseRejectedResult];
    expect(reason).toBeInstanceOf(AggregateError);
    expect((reason as AggregateError).message).toMatch(/gone/);
    const errors = (reason as { errors: PeerhoodError[] }).errors.map(({ code, remoteId }) => [remoteId, code]);
    expect(Object.fromEntries(errors)).toEqual({ bad: "TRANSFER_CANCELLED", gone: "UNKNOWN_REMOTE" });
    expect([good, bad].map(({ a, b }) => a.transfers.size + b.transfers.size)).toEqual([0, 0]);
  });

  it("that nobody awaits tells each failure once", async () => {
    const unhandled: string[] = [];
    broadcast("x", [{ id: "gone", dispatch: undefined }], unhandled);
    await createPair().clock.advance(1);
    expect(unhandled).toEqual(["gone: UNKNOWN_REMOTE"]);
  });

  it("cancel ends it everywhere", async () => {
    const pairs = [createPair(), createPair()];
    const sent = broadcast(
      pattern(4 * MIB),
      pairs.map((pair, i) => target(`r${i}`, pair)),
    );
    const result = Promise.allSettled([sent]);
    await clockAll(pairs, 10);
    const reads = pairs.map(({ b }) => Promise.allSettled([b.messages[0]?.data]));
    await sent.cancel("enough");
    await clockAll(pairs, 10);
    const codes = (await result).flatMap(
      (each) => (each as { reason: AggregateError }).reason.errors as PeerhoodError[],
    );
    expect(codes.map(({ code }) => code)).toEqual(["TRANSFER_ABORTED", "TRANSFER_ABORTED"]);
    for (const [ended] of await Promise.all(reads))
      expect(ended).toMatchObject({ reason: { code: "TRANSFER_ABORTED" } });
  });
});

/** Counts how often it is read, and what of. */
function countedStream(chunks: number, bytes: number) {
  const counted = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (counted.pulled === chunks) controller.close();
        else controller.enqueue(pattern(bytes, ++counted.pulled));
      },
      cancel: () => void (counted.cancelled = true),
    },
    { highWaterMark: 0 },
  );
  const whole = () => Buffer.concat(Array.from({ length: chunks }, (_, i) => pattern(bytes, i + 1)));
  return { stream, counted, whole };
}

describe("a broadcast of a stream", () => {
  it("reads it once, also for a remote whose channel opens when the others have it", async () => {
    const { stream, counted, whole } = countedStream(20, 100_000);
    const [early, late] = [createPair(), createPair()];
    let open = (): void => {};
    const sent = broadcast(stream, [
      target("early", early),
      { id: "late", dispatch: (_, outgoing) => (open = () => late.a.transfers.send(outgoing)) },
    ]);
    const reads = [read(early), read(late)];
    for (let i = 0; i < 40; i++) await early.clock.advance(10);
    expect(sameBytes(await reads[0], whole())).toBe(true);
    open();
    for (let i = 0; i < 40; i++) await late.clock.advance(10);
    expect(sameBytes(await reads[1], whole())).toBe(true);
    await sent;
    expect(counted.pulled).toBe(20);
  });

  it("goes on for the others when the first is gone at once, or cancels half-way", async () => {
    const { stream, counted, whole } = countedStream(20, 100_000);
    const [good, bad] = [createPair(), createPair({}, {}, { onMessage: ({ data }) => void data.cancel() })];
    const sent = broadcast(stream, [{ id: "gone", dispatch: undefined }, target("bad", bad), target("good", good)]);
    const result = Promise.allSettled([sent]);
    const value = read(good);
    for (let i = 0; i < 40; i++) await clockAll([bad, good], 10);
    expect(sameBytes(await value, whole())).toBe(true);
    expect(await result).toMatchObject([{ reason: { errors: [{ remoteId: "gone" }, { remoteId: "bad" }] } }]);
    expect(counted).toEqual({ pulled: 20, cancelled: false });
  });

  it("is cancelled when nobody is left", async () => {
    const { stream, counted } = countedStream(1_000, 100_000);
    const pairs = [createPair(), createPair()];
    const sent = broadcast(
      stream,
      pairs.map((pair, i) => target(`r${i}`, pair)),
    );
    void sent.catch(() => {});
    await clockAll(pairs, 10);
    await sent.cancel();
    await clockAll(pairs, 10);
    expect(counted.cancelled).toBe(true);
  });

  it("a remote that falls 16 MiB behind fails alone with REMOTE_TOO_SLOW; one that is less behind does not", async () => {
    for (const [chunks, slowFails] of [
      [100, false],
      [300, true],
    ] as const) {
      const { stream, whole } = countedStream(chunks, 100_000);
      const [fast, slow] = [createPair(), createPair()];
      const sent = broadcast(stream, [target("fast", fast), target("slow", slow)]);
      const result = Promise.allSettled([sent]);
      const value = read(fast);
      // The slow one has a listener that does not read.
      for (let i = 0; i < 200; i++) await clockAll([fast, slow], 10);
      expect(sameBytes(await value, whole())).toBe(true);
      const slowValue = read(slow);
      for (let i = 0; i < 200; i++) await clockAll([fast, slow], 10);
      const [ended] = await result;
      if (slowFails) {
        expect(ended).toMatchObject({ reason: { errors: [{ code: "REMOTE_TOO_SLOW", remoteId: "slow" }] } });
        expect(await slowValue).toBeUndefined();
      } else {
        expect(ended?.status).toBe("fulfilled");
        expect(sameBytes(await slowValue, whole())).toBe(true);
      }
    }
  }, 30_000);
});
