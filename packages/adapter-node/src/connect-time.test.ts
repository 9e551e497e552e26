import { afterEach, describe, expect, it } from "vitest";
import { close, connect, createEnd } from "./testing/pair.js";

const SLOW_MS = 500;
/** As many as a session dials. With signaling delay an attempt may lose libdatachannel's race: packages/docs/facts.md. */
const ATTEMPTS = 3;

/** One connection, as a session makes it: an attempt that fails is followed by the next at once. */
async function meet(delay: (() => Promise<void>) | undefined): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const [a, b] = [createEnd(), createEnd()];
    const failure = await connect(a, b, delay).then(
      () => undefined,
      (error: unknown) => error,
    );
    // Its closing is not waited for: the next attempt begins meanwhile, and the time is that of connecting.
    closing.push(close(a, b));
    if (failure === undefined) return;
    if (attempt === ATTEMPTS) throw failure;
  }
}

const closing: Promise<void>[] = [];
afterEach(async () => void (await Promise.all(closing.splice(0))));

describe("connections made one after the other", () => {
  it.each([
    ["over a bus without delay", 0],
    ["with 2 ms of signaling delay", 2],
  ])("%s: at most one of 100 takes longer than half a second", async (_name, delayMs) => {
    const delay = delayMs === 0 ? undefined : () => new Promise<void>((resolve) => setTimeout(resolve, delayMs));
    const tookMs: number[] = [];
    for (let round = 0; round < 100; round++) {
      const startedAt = performance.now();
      await meet(delay);
      tookMs.push(performance.now() - startedAt);
    }
    expect(tookMs.filter((ms) => ms > SLOW_MS).length).toBeLessThanOrEqual(1);
  });
});
