import { fc } from "@peerhood/testing/test-support/fast-check";
import { beforeAll, test } from "vitest";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { happen, whateverHappens, whoeverRestarts } from "./testing/random-line.js";
import type { Step } from "./testing/steps.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

/** Runs that have failed once: with their lines and seeds they take the same course. */
const calm = { loss: 0, duplicate: 0, reorder: 0 };
const ONCE_FAILED: [Step[], object, number][] = [
  // The channel of requests was used by one side before the other knew that it was open, and the reply was dropped.
  [
    [
      { atMs: 0, t: "request", side: 1, takesMs: 1_440 },
      { atMs: 6, t: "cut" },
      { atMs: 9, t: "cut while resuming", afterMs: 97, ms: 2_449 },
      { atMs: 1_838, t: "request", side: 0, takesMs: 4_267 },
      { atMs: 5_930, t: "outage", ms: 2_516 },
    ],
    { latencyMs: 68, jitterMs: 58, loss: 0, signaling: { ...calm, latencyMs: 22 } },
    2_036_234_539,
  ],
  // A machine that had been suspended took what was under way for stalled, also when the connection was lost meanwhile.
  [
    [
      { atMs: 4, t: "send", side: 1, label: "x", bytes: 1_663 },
      { atMs: 524, t: "sleep", side: 1, ms: 49_729 },
      { atMs: 790, t: "kill", side: 1 },
    ],
    { latencyMs: 72, jitterMs: 56, loss: 0, signaling: { ...calm, latencyMs: 65 } },
    1_223_493_277,
  ],
  [
    [
      { atMs: 3, t: "send", side: 1, label: "y", bytes: 791 },
      { atMs: 4, t: "kill", side: 0 },
      { atMs: 282, t: "sleep", side: 1, ms: 30_062 },
    ],
    { latencyMs: 16, jitterMs: 5, loss: 0, signaling: { ...calm, latencyMs: 24 } },
    1_424_921_541,
  ],
];

test("what has failed once", async () => {
  for (const [steps, line, seed] of ONCE_FAILED) await happen(steps, line, seed);
});

test("whatever happens to the line: once, in order, nothing left", { timeout: 120_000 }, async () => {
  await fc.assert(whateverHappens, { numRuns: 40, endOnFailure: true });
});

test("whoever restarts: nothing twice, both meet again, nothing left", { timeout: 120_000 }, async () => {
  await fc.assert(whoeverRestarts, { numRuns: 20, endOnFailure: true });
});
