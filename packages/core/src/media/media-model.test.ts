import { fc } from "@peerhood/testing/test-support/fast-check";
import { beforeAll, test } from "vitest";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { mediaSteps, runMediaSteps } from "./testing/media-model.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

test("whatever is shared, when and with whom, while members come, go and end connections, all see exactly that", async () => {
  await fc.assert(fc.asyncProperty(mediaSteps, fc.nat(), runMediaSteps), { numRuns: 10 });
});

// Found by the long one: the second leave came while the first was still going on, and let what was shared in between be.
test("who shares while it leaves, and leaves again, lets go of it", async () => {
  const nothing = { audio: 0, video: 0, again: undefined, managed: false };
  await runMediaSteps(
    [
      { what: "leave", who: 1 },
      {
        what: "share",
        who: 1,
        to: undefined,
        label: "camera",
        shared: { ...nothing, video: 1, managed: true },
      },
      { what: "leave", who: 1 },
      { what: "share", who: 1, to: undefined, label: "camera", shared: { ...nothing, again: 0 } },
      { what: "wait", ms: 0 },
    ],
    0,
  );
});
