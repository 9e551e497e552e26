import { VirtualClock } from "@peerhood/testing";
import { expect, test } from "vitest";
import { PausableClock } from "./pausable-clock.js";

test("what stands still takes no time, and its timers fire by what is left of theirs", async () => {
  const inner = new VirtualClock();
  const clock = new PausableClock(inner);
  const fired: string[] = [];
  clock.setTimeout(() => fired.push("early"), 100);
  clock.setTimeout(() => fired.push("late"), 300);
  const cleared = clock.setTimeout(() => fired.push("cleared"), 250);
  await inner.advance(200);
  clock.pause();
  clock.pause();
  clock.setTimeout(() => fired.push("set meanwhile"), 50);
  await inner.advance(10_000);
  expect(fired).toEqual(["early"]);
  expect(clock.now()).toBe(200);
  clock.clearTimeout(cleared);
  clock.resume();
  clock.resume();
  await inner.advance(49);
  expect(fired).toEqual(["early"]);
  await inner.advance(51);
  expect(fired).toEqual(["early", "set meanwhile", "late"]);
  expect(clock.now()).toBe(300);
  await inner.advance(1_000);
  expect(fired).toHaveLength(3);
});
