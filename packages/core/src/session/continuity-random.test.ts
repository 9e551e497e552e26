import fc from "fast-check";
import { beforeAll, test } from "vitest";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { whateverHappens } from "./testing/random-line.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

test("whatever happens to the line: once, in order, nothing left", { timeout: 120_000 }, async () => {
  await fc.assert(whateverHappens, { numRuns: 40, endOnFailure: true });
});
