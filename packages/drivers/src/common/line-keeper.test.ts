import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CALM_PAUSE_MS, EAGER_PAUSE_MS } from "./constants.js";
import type { Line, LineEvents } from "./line.js";
import { LineKeeper } from "./line-keeper.js";

let attempts: { events: LineEvents; signal: AbortSignal; settle: (error?: Error) => void; atMs: number }[];
let heard: string[];
let keeper: LineKeeper;
let closed: number;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  attempts = [];
  heard = [];
  closed = 0;
  const line: Line = {
    subscribe: async () => {},
    unsubscribe: async () => {},
    publish: async () => {},
    close: async () => void closed++,
  };
  keeper = new LineKeeper(
    (events, signal) =>
      new Promise((resolve, reject) => {
        const settle = (error?: Error): void => (error ? reject(error) : resolve(line));
        attempts.push({ events, signal, settle, atMs: Date.now() });
      }),
    {
      up: () => heard.push("up"),
      down: () => heard.push("down"),
      message: (topic) => heard.push(topic),
      error: (error) => heard.push(`${error}`),
      refused: (error) => heard.push(error.code),
    },
  );
});

afterEach(async () => {
  await keeper.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const last = () => attempts.at(-1) ?? expect.fail("no attempt");

/** Pauses between attempts that fail at once. */
async function failing(count: number): Promise<number[]> {
  while (attempts.length < count) {
    last().settle(new Error("no"));
    const before = attempts.length;
    while (attempts.length === before) await tick(10);
  }
  return attempts.slice(1).map(({ atMs }, index) => atMs - (attempts[index]?.atMs ?? 0));
}

it("tries at most a second later while somebody waits", async () => {
  keeper.demand("eager");
  const pauses = await failing(12);
  expect(pauses[0]).toBeLessThanOrEqual(110);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(EAGER_PAUSE_MS + 10);
  expect(Math.min(...pauses.slice(5))).toBeGreaterThanOrEqual(EAGER_PAUSE_MS / 2);
});

it("backs off while nobody does, and whoever begins to wait does not wait for the end of a pause", async () => {
  keeper.demand("calm");
  const pauses = await failing(14);
  expect(Math.max(...pauses)).toBeGreaterThanOrEqual(CALM_PAUSE_MS / 2);
  last().settle(new Error("no"));
  await tick();
  const before = attempts.length;
  keeper.demand("eager");
  expect(attempts).toHaveLength(before + 1);
});

it("gives up an attempt that nobody answers, and closes a line that comes too late", async () => {
  keeper.demand("eager");
  const first = last();
  await tick(5_000);
  expect(first.signal.aborted).toBe(true);
  await tick(100);
  expect(attempts).toHaveLength(2);
  first.settle();
  await tick();
  expect({ heard, closed }).toEqual({ heard: [], closed: 1 });
  last().settle();
  await tick();
  expect(heard).toEqual(["up"]);
});

it("opens another line when one has ended, and hears no more of the old one", async () => {
  keeper.demand("calm");
  const old = last();
  old.settle();
  await tick();
  old.events.ended();
  old.events.ended();
  old.events.message("late", new Uint8Array(0));
  await tick(100);
  last().settle();
  await tick();
  last().events.message("topic", new Uint8Array(0));
  expect(heard).toEqual(["up", "down", "up", "topic"]);
});

it("makes no attempt once nobody needs it", async () => {
  keeper.demand("calm");
  keeper.demand("none");
  expect(last().signal.aborted).toBe(true);
  await tick(60_000);
  expect(attempts).toHaveLength(1);
});
