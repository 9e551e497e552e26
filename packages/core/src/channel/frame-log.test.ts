import { fc } from "@peerhood/testing/test-support/fast-check";
import { expect, test } from "vitest";
import { FrameLog } from "./frame-log.js";

const command = fc.oneof(
  fc.record({ t: fc.constant("push" as const), frame: fc.oneof(fc.uint8Array({ maxLength: 9_000 }), fc.string()) }),
  fc.record({ t: fc.constant("trim" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ t: fc.constant("replay" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

test("gives back what was pushed and not trimmed, whatever the sizes, and counts what it holds", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const kept = { bytes: 0 };
      const log = new FrameLog(kept);
      const all: (string | Uint8Array)[] = [];
      let first = 0;
      for (const each of commands) {
        if (each.t === "push") {
          // What is handed over is overwritten by the next frame.
          const reused = typeof each.frame === "string" ? each.frame : each.frame.slice();
          log.push(reused);
          if (typeof reused !== "string") reused.fill(0);
          all.push(each.frame);
          continue;
        }
        first += Math.floor(each.part * (all.length - first));
        if (each.t === "trim") log.trim(first);
        else {
          log.rewind(first);
          const replayed = [];
          for (let frame = log.next(); frame !== undefined; frame = log.next()) {
            replayed.push(typeof frame === "string" ? frame : frame.slice());
          }
          expect(replayed).toEqual(all.slice(first));
        }
        const bytes = all.slice(first).reduce((sum, frame) => sum + (typeof frame === "string" ? 1 : frame.length), 0);
        expect(kept.bytes).toBe(bytes);
        expect(log.end).toBe(all.length);
      }
      log.clear();
      expect(kept.bytes).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("a remote that claims what can not be breaks the protocol", () => {
  const log = new FrameLog({ bytes: 0 });
  for (let i = 0; i < 4; i++) log.push(new Uint8Array(3));
  log.trim(2);
  expect(() => log.trim(5)).toThrow(RangeError);
  expect(() => log.trim(Number.NaN)).toThrow(RangeError);
  expect(() => log.rewind(1)).toThrow(RangeError);
  log.trim(1);
  expect(log.end).toBe(4);
});
