import { describe, expect, it } from "vitest";
import { PeerhoodError } from "../../errors.js";
import { RemoteBudgets } from "./budgets.js";
import type { IncomingMessage } from "./incoming-data.js";
import { createPair, expectClean, pattern, settled } from "./testing/harness.js";

const closed = new PeerhoodError("CHANNEL_CLOSED", "closed");

function isFulfilled({ status }: PromiseSettledResult<unknown>): boolean {
  return status === "fulfilled";
}

describe("abort and cancel", () => {
  it("cancel of the sender: both ends know within a round trip", async () => {
    const pair = createPair({ latencyMs: 50, bytesPerSecond: 1_000_000 });
    const { clock, a, b } = pair;
    const sent = a.send(pattern(5_000_000));
    const here = settled(sent);
    const { data } = await clock.until(b.message(0));
    const there = settled(data);
    await clock.advance(500);
    const before = clock.now();
    await sent.cancel(new Error("changed my mind"));
    expect(await clock.until(here)).toMatchObject({
      reason: { code: "TRANSFER_ABORTED", cause: { message: "changed my mind" } },
    });
    expect(await clock.until(there)).toMatchObject({ reason: { code: "TRANSFER_ABORTED" } });
    // The way there, and what the channel had buffered before.
    expect(clock.now() - before).toBeLessThanOrEqual(50 + 200);
    await expectClean(pair);
  });

  it("cancel of the receiver, of its stream, or leaving its loop: the sender knows within a round trip", async () => {
    for (const how of ["data", "stream", "loop"] as const) {
      const pair = createPair({ latencyMs: 50 });
      const { clock, a, b } = pair;
      const here = settled(a.send(pattern(10_000_000)));
      const { data } = await clock.until(b.message(0));
      const before = clock.now();
      if (how === "data") await data.cancel("no");
      else if (how === "stream") await data.stream.cancel("no");
      else for await (const _ of data) break;
      expect(await clock.until(here)).toMatchObject({ reason: { code: "TRANSFER_CANCELLED", remoteId: "remote" } });
      expect(clock.now() - before).toBeLessThanOrEqual(200);
      await expectClean(pair);
    }
  });

  it("a signal: ABORTED with its reason, before, during and without effect after", async () => {
    const pair = createPair({}, {}, { listens: false });
    const { clock, a } = pair;
    await expect(a.send("x", { signal: AbortSignal.abort("early") })).rejects.toMatchObject({
      code: "ABORTED",
      cause: "early",
    });
    const during = new AbortController();
    const sent = settled(
      a.send(
        (async function* () {
          yield pattern(10);
          await new Promise(() => {});
        })(),
        { signal: during.signal },
      ),
    );
    await clock.advance(10);
    during.abort("late");
    expect(await clock.until(sent)).toMatchObject({ reason: { code: "ABORTED", cause: "late" } });
    const after = new AbortController();
    const done = a.send("x", { signal: after.signal });
    await clock.until(done);
    after.abort();
    await done;
    await expectClean(pair);
  });

  it("the other side is told why: as the cause of its error", async () => {
    const locked = new PeerhoodError("DATA_LOCKED", "somebody else reads it");
    for (const code of ["TRANSFER_ABORTED", "ABORTED", "TRANSFER_CANCELLED", "DATA_LOCKED"]) {
      const pair = createPair({ latencyMs: 2 });
      const { a, b, clock } = pair;
      const controller = new AbortController();
      const transfer = a.send(pattern(900_000), { signal: controller.signal });
      const here = settled(transfer);
      const { data } = await clock.until(b.message(0));
      const byReceiver = code === "TRANSFER_CANCELLED" || code === "DATA_LOCKED";
      const there = byReceiver ? undefined : settled(data);
      if (code === "TRANSFER_ABORTED") await transfer.cancel();
      else if (code === "ABORTED") controller.abort();
      else await data.cancel(code === "DATA_LOCKED" ? locked : "no");
      const told = await clock.until(there ?? here);
      expect(told).toMatchObject({ reason: { cause: { name: "PeerhoodError", code } } });
      await clock.until(here);
      await expectClean(pair);
    }
  });

  it("while it waits for room at the remote, nothing goes over the wire", async () => {
    const pair = createPair();
    const { clock, a, b } = pair;
    const unread = Array.from({ length: 32 }, () => a.send(pattern(262_144)));
    const waiting = a.send("never begun");
    const last = a.send("last");
    await clock.advance(10);
    const frames = a.channel.frames.length;
    await waiting.cancel();
    await clock.advance(10);
    expect(a.channel.frames).toHaveLength(frames);
    for (const { data } of b.messages) void data.then(() => {});
    await clock.until(Promise.all([...unread, last]));
    expect(b.messages).toHaveLength(33);
    expect(await clock.until(Promise.resolve(b.messages[32]?.data))).toBe("last");
    await expectClean(pair);
  });
});

describe("a channel that closes", () => {
  it("fails what is under way on both sides, and leaves what is complete to be read", async () => {
    const pair = createPair();
    const { clock, a, b } = pair;
    const whole = a.send("whole");
    const partial = settled(a.send(pattern(1_000_000)));
    await clock.until(whole);
    await clock.advance(10);
    const [complete, cut] = b.messages;
    const there = settled(cut?.data ?? Promise.resolve());
    a.transfers.close(closed);
    a.transfers.close(closed);
    b.transfers.close(closed);
    expect(await partial).toMatchObject({ reason: closed });
    expect(await there).toMatchObject({ reason: closed });
    expect(await complete?.data).toBe("whole");
    await expect(a.send("later")).rejects.toBe(closed);
    await expectClean(pair);
    expect(b.budgets.takeGrowth(8_388_608)).toBe(8_388_608);
  });

  it("drained: resolves when all was acknowledged or has failed", async () => {
    const pair = createPair({ latencyMs: 10 }, {}, { listens: false });
    const { clock, a } = pair;
    await clock.until(a.transfers.drained());
    void a.send(pattern(500_000));
    const aborted = a.send(pattern(500_000));
    const drained = a.transfers.drained();
    void aborted.catch(() => {});
    await aborted.cancel();
    await clock.until(drained);
    expect(a.transfers.size).toBe(0);
    await expectClean(pair);
  });

  it("unread messages of channels that come and go stay within a bound", async () => {
    const [mine, theirs] = [new RemoteBudgets(), new RemoteBudgets()];
    const readable: number[] = [];
    const unread: IncomingMessage[] = [];
    for (let round = 0; round < 4; round++) {
      const { clock, a, b } = createPair({}, { budgets: mine }, { budgets: theirs });
      await clock.until(Promise.all(Array.from({ length: 32 }, () => a.send(pattern(262_144)))));
      a.transfers.close(closed);
      b.transfers.close(closed);
      expect([a.errors, b.errors]).toEqual([[], []]);
      // The first ones are read only at the end.
      if (round === 0) unread.push(...b.messages);
      else readable.push((await Promise.allSettled(b.messages.map(({ data }) => data))).filter(isFulfilled).length);
    }
    expect(readable).toEqual([0, 0, 0]);
    expect((await Promise.allSettled(unread.map(({ data }) => data))).filter(isFulfilled)).toHaveLength(32);
    expect(theirs.keep(8_388_608, 1)).toBe(true);
  });
});
