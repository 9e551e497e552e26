import { describe, expect, it } from "vitest";
import { close, connect, createEnd } from "./testing/pair.js";

const SLOW_MS = 500;

describe("connections made one after the other", () => {
  it.each([
    ["over a bus without delay", 0],
    ["with 2 ms of signaling delay", 2],
  ])("%s: at most one of 100 takes longer than half a second", async (_name, delayMs) => {
    const delay = delayMs === 0 ? undefined : () => new Promise<void>((resolve) => setTimeout(resolve, delayMs));
    const tookMs: number[] = [];
    for (let round = 0; round < 100; round++) {
      const [a, b] = [createEnd(), createEnd()];
      const startedAt = performance.now();
      // A connection that fails is as bad as a slow one.
      await connect(a, b, delay).catch(() => tookMs.push(Number.POSITIVE_INFINITY));
      tookMs.push(performance.now() - startedAt);
      await close(a, b);
    }
    expect(tookMs.filter((ms) => ms > SLOW_MS).length).toBeLessThanOrEqual(1);
  });
});
