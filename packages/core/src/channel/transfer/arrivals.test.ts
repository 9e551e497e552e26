import { fc } from "@peerhood/testing/test-support/fast-check";
import { expect, it } from "vitest";
import { Arrivals } from "./arrivals.js";

it("tells each arrival, nothing that is under way or given up, against a model", () => {
  const step = fc.record({ what: fc.constantFrom("whole", "begin", "arrive", "give up", "tell"), pick: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const arrivals = new Arrivals();
      const underWay: number[] = [];
      const arrived = new Set<number>();
      const givenUp = new Set<number>();
      const told = new Set<number>();
      const tell = (): void => {
        for (let ack = arrivals.next(); ack !== undefined; ack = arrivals.next()) {
          expect(ack.below).toBe(Math.min(arrivals.nextId, ...underWay));
          for (let id = 0; id < ack.below; id++) if (!givenUp.has(id)) told.add(id);
          let last = ack.below;
          for (const [first, end] of ack.ranges) {
            expect(first).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(first);
            for (let id = first; id < end; id++) told.add(id);
            last = end;
          }
        }
        expect([...told].sort()).toEqual([...arrived].sort());
      };
      for (const { what, pick } of steps) {
        const id = underWay[pick % Math.max(1, underWay.length)];
        if (what === "tell") tell();
        else if (what === "whole") {
          arrived.add(arrivals.nextId);
          arrivals.arrived(arrivals.nextId);
        } else if (what === "begin") {
          underWay.push(arrivals.nextId);
          arrivals.begun(arrivals.nextId);
        } else if (id !== undefined) {
          underWay.splice(underWay.indexOf(id), 1);
          if (what === "arrive") arrived.add(id);
          else givenUp.add(id);
          if (what === "arrive") arrivals.arrived(id);
          else arrivals.givenUp(id);
        }
      }
      tell();
    }),
    { numRuns: 500 },
  );
});
