import { VirtualClock } from "@peerhood/testing";
import { fc } from "@peerhood/testing/test-support/fast-check";
import { expect, test } from "vitest";
import { FAILED_PROOFS_PER_MINUTE, MAX_PROOF_DELAY_MS } from "./constants.js";
import { ProofLimit } from "./proof-limit.js";

/** Guesses as fast as it may for that long; when each was answered. */
async function guess(clock: VirtualClock, limit: ProofLimit, forMs: number): Promise<number[]> {
  const answeredAtMs: number[] = [];
  for (const endMs = clock.now() + forMs; clock.now() < endMs; await clock.advance(1_000)) {
    while (limit.begin()) {
      answeredAtMs.push(clock.now());
      limit.fail();
    }
  }
  return answeredAtMs;
}

test("ten wrong guesses a minute, then pauses that double up to an hour, and calm after calm", async () => {
  const clock = new VirtualClock();
  const limit = new ProofLimit(clock);
  const at = (await guess(clock, limit, 24 * 3_600_000)).map((ms) => Math.round(ms / 60_000));
  expect(at.slice(0, 16)).toEqual([...Array.from({ length: 10 }, () => 0), 1, 3, 7, 15, 31, 63]);
  expect(at.length).toBeLessThan(45);
  await clock.advance(2 * MAX_PROOF_DELAY_MS);
  expect((await guess(clock, limit, 1)).length).toBe(FAILED_PROOFS_PER_MINUTE);
});

test("proofs that succeed cost nothing, and those under way count as if they had failed", () => {
  const limit = new ProofLimit(new VirtualClock());
  for (let round = 0; round < 100; round++) {
    expect(limit.begin()).toBe(true);
    limit.succeed();
  }
  const begun = Array.from({ length: 20 }, () => limit.begin()).filter(Boolean).length;
  expect(begun).toBe(FAILED_PROOFS_PER_MINUTE);
  limit.succeed();
  expect([limit.begin(), limit.begin()]).toEqual([true, false]);
});

test("whatever is tried, and however it ends, no minute has more than ten that fail", async () => {
  const step = fc.record({ waitMs: fc.nat(20_000), begin: fc.boolean(), ok: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const clock = new VirtualClock();
      const limit = new ProofLimit(clock);
      let open = 0;
      const begunAtMs: number[] = [];
      for (const { waitMs, begin, ok } of steps) {
        await clock.advance(waitMs);
        if (begin && limit.begin()) open++;
        else if (open > 0) {
          open--;
          if (ok) limit.succeed();
          else {
            limit.fail();
            begunAtMs.push(clock.now());
          }
        }
      }
      for (const atMs of begunAtMs) {
        const within = begunAtMs.filter((other) => other >= atMs && other < atMs + 60_000);
        expect(within.length).toBeLessThanOrEqual(FAILED_PROOFS_PER_MINUTE);
      }
    }),
    { numRuns: 200 },
  );
});
