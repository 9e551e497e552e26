import { fc } from "@peerhood/testing/test-support/fast-check";
import { describe, expect, it } from "vitest";
import { PeerhoodError } from "../../errors.js";
import { createPair, expectClean, pattern, sameBytes } from "./testing/harness.js";

const unreliable = { reliable: false, limits: { maxFrameBytes: 65_536 } };
const raw = { raw: true, limits: { maxFrameBytes: 65_536 } };

describe("an unordered or unreliable channel", () => {
  it("delivers each message whole, in one frame, and resolves when it is handed over", async () => {
    const pair = createPair({ latencyMs: 100 }, unreliable, unreliable);
    const { clock, a, b } = pair;
    const file = new File([pattern(100)], "a.bin", { type: "x/y", lastModified: 5 });
    const sent = [
      a.send("text", { info: { n: 1 } }),
      a.send(pattern(60_000)),
      a.send({ json: true }),
      a.send(""),
      a.send(file),
    ];
    await clock.until(Promise.all(sent));
    expect(clock.now()).toBeLessThan(100);
    await clock.until(b.message(4));
    expect(a.channel.frames).toHaveLength(5);
    expect(b.messages[0]?.info).toEqual({ n: 1 });
    const values = await Promise.all(b.messages.map(({ data }) => data));
    expect([values[0], values[2], values[3]]).toEqual(["text", { json: true }, ""]);
    expect(sameBytes(values[1], pattern(60_000))).toBe(true);
    expect(values[4]).toMatchObject({ name: "a.bin", type: "x/y", lastModified: 5, size: 100 });
    // Nothing is answered.
    expect(b.channel.frames).toHaveLength(0);
    await expectClean(pair);
  });

  it("may lose, double and reorder", async () => {
    const pair = createPair({}, unreliable, unreliable);
    const { clock, a, b } = pair;
    a.channel.line = { drops: () => true };
    await clock.until(Promise.all(["0", "1", "2"].map((text) => a.send(text))));
    for (const i of [2, 0, 2]) b.channel.receive(a.channel.frames[i] ?? "");
    expect(await Promise.all(b.messages.map(({ data }) => data))).toEqual(["2", "0", "2"]);
    await expectClean(pair);
  });

  it("random messages and losses: what the link keeps arrives whole, with its info, and nothing else", async () => {
    const message = fc.record({
      value: fc.oneof(
        fc.string({ maxLength: 5_000 }),
        fc.uint8Array({ maxLength: 60_000 }),
        fc.json().map((text) => [text]),
      ),
      info: fc.option(fc.nat(), { nil: undefined }),
      lost: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 12 }), async (plan) => {
        const pair = createPair({ latencyMs: 3 }, unreliable, unreliable);
        const { clock, a, b } = pair;
        let frame = 0;
        a.channel.line = { latencyMs: 3, drops: () => plan[frame++]?.lost ?? false };
        // Told as sent, lost or not.
        await clock.until(Promise.all(plan.map(({ value, info }) => a.send(value, { info }))));
        await clock.advance(10);
        const kept = plan.filter(({ lost }) => !lost);
        expect(b.messages.map(({ info }) => info)).toEqual(kept.map(({ info }) => info));
        const values = await Promise.all(b.messages.map(({ data }) => data));
        for (const [i, { value }] of kept.entries()) {
          if (ArrayBuffer.isView(value)) expect(sameBytes(values[i], value)).toBe(true);
          else expect(values[i]).toEqual(value);
        }
        await expectClean(pair);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses what does not fit into one frame, also when it turns out only while it is read", async () => {
    const pair = createPair({}, unreliable, unreliable);
    const { clock, a, b } = pair;
    const error = { code: "MESSAGE_TOO_LARGE" };
    await expect(a.send(pattern(65_536))).rejects.toMatchObject(error);
    await expect(clock.until(a.send(new Blob([pattern(65_536)])))).rejects.toMatchObject(error);
    let cancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(pattern(10_000)),
      cancel: () => void (cancelled = true),
    });
    await expect(clock.until(a.send(endless))).rejects.toMatchObject(error);
    expect(cancelled).toBe(true);
    await clock.until(a.send(new Blob([pattern(65_000)]).stream()));
    expect(sameBytes(await clock.until((await clock.until(b.message(0))).data), pattern(65_000))).toBe(true);
    await expectClean(pair);
  });

  it("waits for the channel's buffer, and a stream without an end holds nobody up", async () => {
    const pair = createPair({ bytesPerSecond: 1_000_000 }, unreliable, unreliable);
    const { clock, a, b } = pair;
    const endless = a.send(new ReadableStream());
    const ended = Promise.allSettled([endless]);
    const sent = Array.from({ length: 20 }, () => a.send(pattern(50_000)));
    await clock.advance(1);
    expect(a.channel.bufferedAmount).toBeLessThan(200_000);
    await clock.until(Promise.all(sent));
    await clock.until(b.message(19));
    await endless.cancel();
    await clock.until(a.transfers.drained());
    await ended;
    await expectClean(pair);
  });

  it("fails what waits when it closes", async () => {
    const pair = createPair({}, unreliable, unreliable);
    const closed = new PeerhoodError("CHANNEL_CLOSED", "closed");
    pair.a.channel.readyState = "connecting";
    const sent = Promise.allSettled([
      pair.a.send("x"),
      pair.a.send(new Blob(["y"])),
      pair.a.send(new ReadableStream()),
    ]);
    pair.a.transfers.close(closed);
    expect(await sent).toMatchObject([{ reason: closed }, { reason: closed }, { reason: closed }]);
    await expect(pair.a.send("z")).rejects.toBe(closed);
    await expectClean(pair);
  });

  it("takes part of a message for a violation", () => {
    const pair = createPair({}, unreliable, unreliable);
    pair.b.channel.receive(Uint8Array.of(2, 0, 0, 1, 1));
    expect(pair.b.errors).toMatchObject([{ code: "PROTOCOL_ERROR" }]);
  });
});

describe("a channel with a protocol", () => {
  it("carries text and bytes as they are, both ways", async () => {
    const pair = createPair({}, raw, raw);
    const { clock, a, b } = pair;
    await clock.until(Promise.all([a.send("grüße"), a.send(Uint8Array.of(1, 2, 3)), a.send("")]));
    expect(a.channel.frames).toEqual(["grüße", Uint8Array.of(1, 2, 3), ""]);
    await clock.until(b.message(2));
    const [text, bytes, empty] = await Promise.all(b.messages.map(({ data }) => data));
    expect([text, empty]).toEqual(["grüße", ""]);
    expect(sameBytes(bytes, Uint8Array.of(1, 2, 3))).toBe(true);
    await expectClean(pair);
  });

  it("refuses what it can not carry", async () => {
    const pair = createPair({}, raw, raw);
    const unsupported = { code: "UNSUPPORTED_PAYLOAD" };
    await expect(pair.a.send({ json: 1 })).rejects.toMatchObject(unsupported);
    await expect(pair.a.send("x", { info: 1 })).rejects.toMatchObject(unsupported);
    // Three bytes each.
    await expect(pair.a.send("€".repeat(30_000))).rejects.toMatchObject({ code: "MESSAGE_TOO_LARGE" });
    await expectClean(pair);
  });
});
