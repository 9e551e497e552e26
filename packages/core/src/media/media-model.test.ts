import fc from "fast-check";
import { beforeAll, test } from "vitest";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { mediaSteps, runMediaSteps } from "./testing/media-model.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

test("whatever is shared, when and with whom, while members come, go and end connections, all see exactly that", async () => {
  await fc.assert(fc.asyncProperty(mediaSteps, fc.nat(), runMediaSteps), { numRuns: 10 });
});
