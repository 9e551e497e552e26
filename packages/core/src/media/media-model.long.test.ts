import { fc } from "@peerhood/testing/test-support/fast-check";
import { beforeAll, expect, test } from "vitest";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { mediaSteps, runMediaSteps } from "./testing/media-model.js";

/** As many as fit, so that what CI has to spare goes into looking. */
const MAX_MS = 45_000;
const LEAST_RUNS = 40;

beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

test("whatever is shared, when and with whom, all see exactly that: for as long as there is time", async () => {
  let runs = 0;
  const property = fc.asyncProperty(mediaSteps, fc.nat(), async (steps, seed) => {
    await runMediaSteps(steps, seed);
    runs++;
  });
  await fc.assert(property, {
    numRuns: 10_000,
    interruptAfterTimeLimit: MAX_MS,
    markInterruptAsFailure: false,
  });
  expect(runs).toBeGreaterThan(LEAST_RUNS);
});
