import { fc, seed } from "@peerhood/testing/test-support/fast-check";
import { beforeAll, test } from "vitest";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { whateverHappens, whoeverRestarts } from "./testing/random-line.js";

/** How many of each; CONTINUITY_RUNS=20000 for a night. */
const RUNS = Number(process.env["CONTINUITY_RUNS"] ?? 1_000);
/** A failure prints it, and PEERHOOD_SEED: with both it alone happens again (choose the test by `-t`). */
const PATH = process.env["CONTINUITY_PATH"];
const options = { numRuns: RUNS, endOnFailure: true, ...(PATH !== undefined && { path: PATH }) };
const timeout = Math.max(300_000, 500 * RUNS);

beforeAll(async () => {
  console.log(`${RUNS} runs of each, PEERHOOD_SEED=${seed}`);
  await Promise.all([roomTopic("warm-up"), loadRoom()]);
});

test("whatever happens to the line: once, in order, nothing left", { timeout }, async () => {
  await fc.assert(whateverHappens, options);
});

test("whoever restarts: nothing twice, both meet again, nothing left", { timeout }, async () => {
  await fc.assert(whoeverRestarts, options);
});
