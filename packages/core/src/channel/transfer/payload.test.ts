import { createContext, runInContext } from "node:vm";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createDeferred } from "../../util/deferred.js";
import { createPair, expectClean, pattern, sameBytes } from "./testing/harness.js";

async function deliver(message: unknown, info?: unknown) {
  const pair = createPair({ latencyMs: 5 });
  const { clock, a, b } = pair;
  const transfer = a.send(message, { info });
  const { data, info: arrivedInfo, size } = await clock.until(b.message(0));
  const value = await clock.until(data);
  await clock.until(transfer);
  await expectClean(pair);
  return { value, info: arrivedInfo, size };
}

async function* chunks(...parts: (Uint8Array | ArrayBuffer)[]) {
  yield* parts;
}

describe("payloads arrive as what they were", () => {
  it.each([
    ["empty", ""],
    ["ASCII", "hello"],
    ["a byte order mark and every plane", "\uFEFFgrüße 你好 🎉\u0000"],
    ["longer than its first window", "ä".repeat(300_000)],
  ])("string: %s", async (_, text) => {
    const { value, size } = await deliver(text);
    expect(value === text).toBe(true);
    expect(size).toBe(new TextEncoder().encode(text).length);
  });

  it.each([0, 1, 16_320, 16_352, 16_384, 65_536, 65_537, 262_144, 262_145, 3_000_000])(
    "binary of %i bytes",
    async (length) => {
      const bytes = pattern(length);
      const { value, size } = await deliver(bytes);
      expect(Object.prototype.toString.call(value)).toBe("[object ArrayBuffer]");
      expect(sameBytes(value, bytes)).toBe(true);
      expect(size).toBe(length);
    },
  );

  it("views of part of a buffer, of any element type, and bare buffers", async () => {
    const bytes = pattern(64);
    expect(sameBytes((await deliver(new DataView(bytes.buffer, 8, 16))).value, bytes.subarray(8, 24))).toBe(true);
    expect(sameBytes((await deliver(new Float64Array(bytes.buffer, 8, 2))).value, bytes.subarray(8, 24))).toBe(true);
    expect(sameBytes((await deliver(Buffer.from(bytes))).value, bytes)).toBe(true);
    expect(sameBytes((await deliver(bytes.buffer)).value, bytes)).toBe(true);
  });

  it("bytes of another realm", async () => {
    const foreign: unknown = runInContext("new Uint8Array([1, 2, 3])", createContext());
    expect(foreign instanceof Uint8Array).toBe(false);
    expect(sameBytes((await deliver(foreign)).value, new Uint8Array([1, 2, 3]))).toBe(true);
    const buffer: unknown = runInContext("new Uint8Array([4, 5]).buffer", createContext());
    expect(sameBytes((await deliver(buffer)).value, new Uint8Array([4, 5]))).toBe(true);
  });

  it("a short buffer as it was when it was sent", async () => {
    const pair = createPair();
    const bytes = new Uint8Array([1, 2, 3]);
    const transfer = pair.a.send(bytes);
    bytes.fill(9);
    const { data } = await pair.clock.until(pair.b.message(0));
    expect(sameBytes(await pair.clock.until(data), new Uint8Array([1, 2, 3]))).toBe(true);
    await pair.clock.until(transfer);
  });

  it.each([0, 10, 700_000])("Blob of %i bytes, with its type", async (length) => {
    const bytes = pattern(length);
    const { value, size } = await deliver(new Blob([bytes], { type: "image/png" }));
    expect(value).toBeInstanceOf(Blob);
    expect((value as Blob).type).toBe("image/png");
    expect(sameBytes(await (value as Blob).arrayBuffer(), bytes)).toBe(true);
    expect(size).toBe(length);
  });

  it("File, with name and time", async () => {
    const file = new File([pattern(300_000)], "naïve ✓.bin", { type: "application/x", lastModified: 1_234_567 });
    const value = (await deliver(file, { why: "test" })).value as File;
    expect([value.name, value.lastModified, value.type, value.size]).toEqual([
      "naïve ✓.bin",
      1_234_567,
      "application/x",
      300_000,
    ]);
    expect(sameBytes(await value.arrayBuffer(), pattern(300_000))).toBe(true);
  });

  it.each([[{ a: [1, null, "x"], b: { c: true } }], [null], [0], [false], [[]], [[1, [2]]]])(
    "JSON %j",
    async (value) => {
      expect((await deliver(value)).value).toEqual(value);
    },
  );

  it("ReadableStream, async iterable and Node stream, of unknown size", async () => {
    const one = pattern(100_000, 1);
    const two = pattern(400_000, 2);
    const both = Buffer.concat([one, two]);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(one);
        controller.enqueue(two);
        controller.close();
      },
    });
    for (const source of [stream, chunks(one, two), chunks(one.buffer, two), Readable.from([one, two])]) {
      const { value, size } = await deliver(source);
      expect(size).toBeUndefined();
      expect(sameBytes(value, both)).toBe(true);
    }
    expect(sameBytes((await deliver(chunks())).value, new Uint8Array())).toBe(true);
  });

  it.each([[undefined], [0], [null], ["x"], [{ deep: [1, { er: "✓" }] }]])("info %j", async (info) => {
    expect((await deliver("x", info)).info).toEqual(info);
    expect((await deliver(pattern(300_000), info)).info).toEqual(info);
  });

  it("info of the largest size", async () => {
    const info = "i".repeat(49_152 - '{"info":""}'.length);
    expect((await deliver("x", info)).info).toBe(info);
  });
});

describe("what can not be sent rejects the transfer and throws nothing", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  it.each([
    ["undefined", undefined],
    ["a function", () => {}],
    ["a symbol", Symbol("s")],
    ["a BigInt", 1n],
    ["a cycle", cyclic],
    ["a BigInt inside", { n: 1n }],
  ])("%s: UNSUPPORTED_PAYLOAD", async (_, message) => {
    const pair = createPair();
    await expect(pair.a.send(message)).rejects.toMatchObject({ code: "UNSUPPORTED_PAYLOAD" });
    await expectClean(pair);
  });

  it.each([
    ["a cycle", cyclic],
    ["a BigInt", 1n],
    ["more than 48 KiB", "x".repeat(49_152)],
  ])("info that is %s: INVALID_ARGUMENT", async (_, info) => {
    const pair = createPair();
    await expect(pair.a.send("x", { info })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expectClean(pair);
  });

  it("info that is too large for the frames of this remote", async () => {
    const pair = createPair({}, { limits: { maxFrameBytes: 16_384 } });
    const failed = pair.a.send("x", { info: "y".repeat(20_000) });
    await expect(pair.clock.until(failed)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await pair.clock.until(pair.a.send(pattern(16_384)));
    for (const frame of pair.a.channel.frames) expect(frame.length).toBeLessThanOrEqual(16_384);
  });

  it("a source that fails: SOURCE_FAILED here, TRANSFER_ABORTED there", async () => {
    const arrived = createDeferred<unknown>();
    const pair = createPair({}, {}, { onMessage: ({ data }) => arrived.resolve(data) });
    const { clock, a } = pair;
    async function* failing() {
      yield pattern(1_000);
      throw new Error("disk on fire");
    }
    const transfer = Promise.resolve(a.send(failing()));
    const [here, there] = await clock.until(Promise.allSettled([transfer, arrived.promise]));
    const cause = expect.objectContaining({ message: "disk on fire" });
    expect(here).toMatchObject({ reason: { code: "SOURCE_FAILED", cause } });
    expect(there).toMatchObject({ reason: { code: "TRANSFER_ABORTED", remoteId: "remote" } });
    await expectClean(pair);
  });

  it("a stream of something else than bytes, or one that is locked: SOURCE_FAILED", async () => {
    const pair = createPair({}, {}, { listens: false });
    async function* numbers() {
      yield 1;
    }
    await expect(pair.clock.until(pair.a.send(numbers()))).rejects.toMatchObject({ code: "SOURCE_FAILED" });
    const locked = new ReadableStream();
    locked.getReader();
    await expect(pair.clock.until(pair.a.send(locked))).rejects.toMatchObject({ code: "SOURCE_FAILED" });
    await expectClean(pair);
  });

  it("cancels a source that is not needed any more, begun or not", async () => {
    for (const begins of [true, false]) {
      const pair = createPair({}, {}, { listens: false });
      const reasons: unknown[] = [];
      const stream = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
      const transfer = begins ? pair.a.send(stream) : pair.a.outgoing(stream);
      await pair.clock.advance(10);
      await transfer.cancel("enough");
      await expect(pair.clock.until(transfer)).rejects.toMatchObject({ code: "TRANSFER_ABORTED", cause: "enough" });
      await expectClean(pair);
      expect(reasons).toHaveLength(1);
    }
  });
});
