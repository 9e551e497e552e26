import { fc } from "@peerhood/testing/test-support/fast-check";
import { expect, test } from "vitest";
import { REPLAY_WINDOW } from "./constants.js";
import { ReplayWindow } from "./replay-window.js";

test("each number passes once, whatever the order, unless it is too old", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4 * REPLAY_WINDOW), { maxLength: 300 }), (numbers) => {
      const window = new ReplayWindow();
      const seen = new Set<number>();
      let highest = -1;
      for (const number of numbers) {
        const fresh = !seen.has(number) && number > highest - REPLAY_WINDOW;
        expect(window.isFresh(number)).toBe(fresh);
        if (!fresh) continue;
        window.mark(number);
        seen.add(number);
        highest = Math.max(highest, number);
      }
    }),
    { numRuns: 500 },
  );
});
