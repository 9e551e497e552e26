import { fc } from "@peerhood/testing/test-support/fast-check";
import { expect, it } from "vitest";
import { createPair, LAST_LOOK_MS, pattern, sameBytes, settled } from "./testing/harness.js";

it("at random moments among 8 transfers: the others arrive intact, nothing is left", async () => {
  const plan = fc.record({
    bytes: fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 1_500_000 })),
    end: fc.constantFrom("none", "abort", "cancel", "signal", "unread-then-cancel"),
    afterMs: fc.integer({ min: 0, max: 400 }),
    streamed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 8, maxLength: 8 }), async (plans) => {
      const pair = createPair({ latencyMs: 10, bytesPerSecond: 10_000_000 });
      const { clock, a, b } = pair;
      const received = plans.map(async ({ end, afterMs }, i) => {
        const { data, info } = await b.message(i);
        expect(info).toBe(i);
        if (end === "cancel") clock.setTimeout(() => void data.cancel("no"), afterMs);
        if (end === "unread-then-cancel") {
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, afterMs));
          await data.cancel("unread");
        }
        return settled(data);
      });
      const sent = plans.map(({ bytes, end, afterMs, streamed }, i) => {
        const payload = pattern(bytes, i + 1);
        const controller = new AbortController();
        const transfer = a.send(streamed ? new Blob([payload]).stream() : payload, {
          info: i,
          signal: controller.signal,
        });
        if (end === "abort") clock.setTimeout(() => void transfer.cancel("enough"), afterMs);
        if (end === "signal") clock.setTimeout(() => controller.abort("enough"), afterMs);
        return transfer;
      });
      const here = await clock.until(Promise.allSettled(sent));
      await clock.advance(1_000);
      for (const [i, { bytes, end }] of plans.entries()) {
        // It may never have begun.
        const arrived = await Promise.race([received[i], clock.advance(0).then(() => undefined)]);
        if (here[i]?.status === "fulfilled") {
          // Told as delivered, so it must be there, unless this side no longer wanted it.
          if (arrived?.status === "fulfilled") expect(sameBytes(arrived.value, pattern(bytes, i + 1))).toBe(true);
          else expect(end).toMatch(/cancel$/);
        } else {
          expect(end).not.toBe("none");
          const code = end === "abort" ? "TRANSFER_ABORTED" : end === "signal" ? "ABORTED" : "TRANSFER_CANCELLED";
          expect(here[i]).toMatchObject({ reason: { code } });
        }
      }
      expect([a.errors, a.unhandled, b.unhandled]).toEqual([[], [], []]);
      await clock.advance(LAST_LOOK_MS);
      expect([a.transfers.size, b.transfers.size, clock.timers]).toEqual([0, 0, 0]);
      // Every reservation is back, and so is the pool of growth.
      expect(a.budgets.reserve(8_388_608, 1, () => {})).toBe(true);
      expect(b.budgets.takeGrowth(8_388_608)).toBe(8_388_608);
    }),
    { numRuns: 1_000 },
  );
}, 300_000);
