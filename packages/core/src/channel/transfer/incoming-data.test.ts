import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { createPair, expectClean, pattern, sameBytes } from "./testing/harness.js";
import { turns } from "./testing/test-clock.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("data", () => {
  it("may be awaited any number of times, before and after it is complete", async () => {
    const pair = createPair({ latencyMs: 5 });
    const { clock, a, b } = pair;
    const sent = a.send(pattern(1_000_000));
    const { data } = await clock.until(b.message(0));
    const [one, two] = await clock.until(Promise.all([data, data]));
    await clock.until(sent);
    expect(one).toBe(two);
    expect(await data).toBe(one);
    expect(sameBytes(one, pattern(1_000_000))).toBe(true);
    await expectClean(pair);
  });

  it("is taken once: a reader or the whole, DATA_LOCKED for the other", async () => {
    const pair = createPair();
    const { clock, a, b } = pair;
    const sent = Promise.all([a.send("first"), a.send("second")]);
    const [first, second] = [await clock.until(b.message(0)), await clock.until(b.message(1))];
    expect(first.data.locked).toBe(false);
    const reader = first.data.getReader();
    expect(first.data.locked).toBe(true);
    await expect(first.data).rejects.toMatchObject({ code: "DATA_LOCKED" });
    expect(new TextDecoder().decode((await clock.until(reader.read())).value)).toBe("first");
    expect(await clock.until(reader.read())).toEqual({ done: true, value: undefined });
    expect(await second.data).toBe("second");
    await expect(second.data.getReader().read()).rejects.toMatchObject({ code: "DATA_LOCKED" });
    expect(await second.data).toBe("second");
    await clock.until(sent);
    await expectClean(pair);
  });

  it("above maxMessageBytes: MESSAGE_TOO_LARGE, said at once where the size is known; the stream has no limit", async () => {
    const pair = createPair({ latencyMs: 5 }, {}, { limits: { maxMessageBytes: 100_000 } });
    const { clock, a, b } = pair;
    const known = Promise.allSettled([a.send(pattern(900_000))]);
    await expect((await clock.until(b.message(0))).data).rejects.toMatchObject({ code: "MESSAGE_TOO_LARGE" });
    expect((await clock.until(known))[0]).toMatchObject({ reason: { code: "TRANSFER_CANCELLED" } });

    const unknown = Promise.allSettled([a.send(new Blob([pattern(900_000)]).stream())]);
    await expect(clock.until((await clock.until(b.message(1))).data)).rejects.toMatchObject({
      code: "MESSAGE_TOO_LARGE",
    });
    expect((await clock.until(unknown))[0]).toMatchObject({ reason: { code: "TRANSFER_CANCELLED" } });

    // Complete and unread before anybody asks: its room is free again all the same.
    await clock.until(a.send(new Blob([pattern(150_000)]).stream()));
    await expect((await clock.until(b.message(2))).data).rejects.toMatchObject({ code: "MESSAGE_TOO_LARGE" });

    const streamed = a.send(pattern(900_000));
    let bytes = 0;
    const { data } = await clock.until(b.message(3));
    await clock.until(
      (async () => {
        for await (const chunk of data) bytes += chunk.length;
      })(),
    );
    expect(bytes).toBe(900_000);
    await clock.until(Promise.all([streamed, a.send(pattern(100_000))]));
    expect(await clock.until((await clock.until(b.message(4))).data)).toHaveProperty("byteLength", 100_000);
    await expectClean(pair);
  });

  it("pipes, tees and iterates like the stream it is", async () => {
    const pair = createPair();
    const { clock, a, b } = pair;
    const sent = [a.send(pattern(500_000)), a.send(pattern(500_000)), a.send(pattern(500_000))];
    const chunks: Uint8Array[] = [];
    const sink = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) });
    await clock.until((await clock.until(b.message(0))).data.pipeTo(sink));
    expect(sameBytes(Buffer.concat(chunks), pattern(500_000))).toBe(true);
    const through = (await clock.until(b.message(1))).data.pipeThrough(new TransformStream<Uint8Array, Uint8Array>());
    expect((await clock.until(new Response(through).arrayBuffer())).byteLength).toBe(500_000);
    const [left, right] = (await clock.until(b.message(2))).data.tee();
    const both = Promise.all([new Response(left).arrayBuffer(), new Response(right).arrayBuffer()]);
    expect((await clock.until(both)).map(({ byteLength }) => byteLength)).toEqual([500_000, 500_000]);
    await clock.until(Promise.all(sent));
    await expectClean(pair);
  });

  it("that a listener cancels at once is not delivered, and nothing of it is left", async () => {
    const pair = createPair({}, {}, { onMessage: ({ data }) => void data.cancel() });
    const [small, large] = await pair.clock.until(
      Promise.allSettled([pair.a.send("x"), pair.a.send(pattern(900_000))]),
    );
    expect([small, large]).toMatchObject([
      { reason: { code: "TRANSFER_CANCELLED" } },
      { reason: { code: "TRANSFER_CANCELLED" } },
    ]);
    await expectClean(pair);
  });

  it.each(["unread", "stream half read"])("that is garbage, %s, does not hold its room for ever", async (how) => {
    const pair = createPair();
    const { clock, a, b } = pair;
    const sent = Promise.all([a.send(pattern(1_000_000)), a.send("short")]);
    await clock.until(b.message(1));
    if (how !== "unread") await clock.until(Promise.resolve(b.messages[0]?.data.stream.getReader().read()));
    b.messages.length = 0;
    for (let i = 0; i < 20 && b.transfers.size > 0; i++) {
      await turns(20);
      collectGarbage();
      await clock.advance(10);
    }
    await clock.until(sent);
    await expectClean(pair);
  });

  it("whose promise is awaited arrives although the data itself is garbage", async () => {
    const pair = createPair({ latencyMs: 10 });
    const { clock, a, b } = pair;
    const sent = a.send(pattern(1_000_000));
    await clock.until(b.message(0));
    const whole = b.messages[0]?.data.then((value) => value) ?? Promise.resolve();
    b.messages.length = 0;
    for (let i = 0; i < 3; i++) {
      collectGarbage();
      await turns(10);
    }
    expect(sameBytes(await clock.until(whole), pattern(1_000_000))).toBe(true);
    await clock.until(sent);
    await expectClean(pair);
  });
});

describe("what nobody awaits is reported once and is no unhandled rejection", () => {
  it.each([
    ["untouched", () => {}],
    ["then without a second handler", (promise: Promise<unknown>) => void promise.then(() => {})],
    ["finally", (promise: Promise<unknown>) => void promise.finally(() => {})],
  ])("%s", async (_, use) => {
    const pair = createPair({}, {}, { onMessage: ({ data }) => use(data) });
    const { clock, a, b } = pair;
    const sent = a.send(
      (async function* () {
        yield pattern(10);
        throw new Error("broken");
      })(),
    );
    use(sent);
    await clock.advance(100);
    expect(a.unhandled.map(({ code }) => code)).toEqual(["SOURCE_FAILED"]);
    expect(b.errors.map(({ code }) => code)).toEqual(["TRANSFER_ABORTED"]);
    expect([a.transfers.size, b.transfers.size]).toEqual([0, 0]);
  });

  it.each([
    ["await", async (promise: Promise<unknown>) => void (await promise)],
    [
      "await of what an async function returns",
      async (promise: Promise<unknown>) => void (await (async () => promise)()),
    ],
    ["catch", async (promise: Promise<unknown>) => void promise.catch(() => {})],
    ["two handlers", async (promise: Promise<unknown>) => void promise.then(null, () => {})],
  ])("not reported: %s", async (_, use) => {
    const pair = createPair({}, {}, { onMessage: ({ data }) => void use(data).catch(() => {}) });
    const sent = pair.a.send(
      (async function* () {
        yield pattern(10);
        throw new Error("broken");
      })(),
    );
    void use(sent).catch(() => {});
    void use(pair.a.send(undefined)).catch(() => {});
    await expectClean(pair);
  });
});
