import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NETWORK_POLL_MS } from "./constants.js";
import { HostWatch } from "./watch-host.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("looks once for all who watch, tells each of a change, and looks no more when all have left", () => {
  let addresses = "10.0.0.1";
  const read = vi.fn(() => addresses);
  const watch = new HostWatch(read);
  const told = [vi.fn(), vi.fn()] as const;
  const stops = told.map((networkChanged) => watch.add({ networkChanged, goingAway: () => {} }));
  vi.advanceTimersByTime(4 * NETWORK_POLL_MS);
  expect(read).toHaveBeenCalledTimes(5);
  expect(told.map((one) => one.mock.calls.length)).toEqual([0, 0]);

  addresses = "10.0.0.2";
  vi.advanceTimersByTime(NETWORK_POLL_MS);
  expect(told.map((one) => one.mock.calls.length)).toEqual([1, 1]);

  stops[0]?.();
  addresses = "10.0.0.3";
  vi.advanceTimersByTime(NETWORK_POLL_MS);
  expect(told.map((one) => one.mock.calls.length)).toEqual([1, 2]);

  stops[1]?.();
  stops[1]?.();
  expect(vi.getTimerCount()).toBe(0);
});

it("who begins to watch later is told of what changes from then on", () => {
  let addresses = "10.0.0.1";
  const watch = new HostWatch(() => addresses);
  const stop = watch.add({ networkChanged: () => {}, goingAway: () => {} });
  stop();
  addresses = "10.0.0.2";
  const networkChanged = vi.fn();
  const stopAgain = watch.add({ networkChanged, goingAway: () => {} });
  vi.advanceTimersByTime(10 * NETWORK_POLL_MS);
  expect(networkChanged).not.toHaveBeenCalled();
  stopAgain();
});
