import { VirtualClock } from "@peerhood/testing";
import { describe, expect, it } from "vitest";
import type { Clock } from "../util/clock.js";
import { BusyWatch } from "./busy-watch.js";
import { BUSY_LOOK_MS } from "./heartbeat-constants.js";

/** A watch over frames that come as `talk` says. */
function start() {
  const clock = new VirtualClock();
  const hushes: number[] = [];
  const heard: number[] = [];
  let frames = 0;
  let asleepMs = 0;
  const own: Clock = {
    now: () => clock.now() + asleepMs,
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
  const watch = new BusyWatch({
    clock: own,
    arrived: () => frames,
    onHeard: (sinceMs) => heard.push(sinceMs),
    onHush: () => hushes.push(own.now()),
  });
  return {
    clock,
    watch,
    hushes,
    heard,
    // A frame every `everyMs` for so long; resolves when the last has come.
    async talk(forMs: number, everyMs = 50): Promise<void> {
      for (let ms = 0; ms < forMs; ms += everyMs) {
        await clock.advance(everyMs);
        frames++;
      }
    },
    // Time passes and no timer runs, as in a process that was stopped.
    sleep: (ms: number) => (asleepMs += ms),
  };
}

describe("BusyWatch", () => {
  it("tells within two looks that a pair that talked has fallen silent, once", async () => {
    const { clock, watch, hushes, talk } = start();
    await talk(5_000);
    const lastAt = clock.now();
    await clock.advance(60_000);
    expect(hushes).toHaveLength(1);
    expect((hushes[0] ?? 0) - lastAt).toBeLessThanOrEqual(2 * BUSY_LOOK_MS);
    watch.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it("says nothing of a pair that is silent, or speaks now and then", async () => {
    const { clock, watch, hushes, heard, talk } = start();
    await clock.advance(10_000);
    await talk(60_000, 450);
    expect(hushes).toEqual([]);
    // What has come is told all the same, and not as later than it may have been.
    expect(heard.length).toBeGreaterThan(100);
    watch.stop();
  });

  it("does not take its own sleep for silence", async () => {
    const { clock, watch, hushes, talk, sleep } = start();
    for (let i = 0; i < 10; i++) {
      await talk(2_000);
      sleep(3_000);
      await clock.advance(BUSY_LOOK_MS);
    }
    expect(hushes).toEqual([]);
    watch.stop();
  });
});
