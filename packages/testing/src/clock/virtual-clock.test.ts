import { describe, expect, test } from "vitest";
import { VirtualClock } from "./virtual-clock.js";

const wait = (clock: VirtualClock, delayMs: number): Promise<void> =>
  new Promise((resolve) => clock.setTimeout(resolve, delayMs));

describe("advance", () => {
  test("runs what is due in order of time, then of setting, and leaves the rest", async () => {
    const clock = new VirtualClock({ startMs: 100 });
    const calls: string[] = [];
    const note =
      (name: string): (() => void) =>
      () =>
        calls.push(`${name} at ${clock.now()}`);
    clock.setTimeout(note("third"), 20);
    clock.setTimeout(note("first"), 10);
    clock.setTimeout(note("second"), 10);
    clock.setTimeout(note("never"), 21);
    await clock.advance(20);
    expect(calls).toEqual(["first at 110", "second at 110", "third at 120"]);
    expect(clock.now()).toBe(120);
    expect(clock.pending).toEqual([{ inMs: 1 }]);
  });

  test("takes what is set meanwhile along", async () => {
    const clock = new VirtualClock();
    const ticks: number[] = [];
    const tick = (): void => {
      ticks.push(clock.now());
      clock.setTimeout(tick, 3);
    };
    clock.setTimeout(tick, 3);
    await clock.advance(10);
    expect(ticks).toEqual([3, 6, 9]);
  });

  test("settles all promises between two timers, however long their chain", async () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.setTimeout(() => {
      void (async () => {
        for (let step = 0; step < 1_000; step++) await undefined;
        calls.push("chain");
      })();
    }, 1);
    clock.setTimeout(() => calls.push("timer"), 1);
    await clock.advance(1);
    expect(calls).toEqual(["chain", "timer"]);
  });

  test("does not run cancelled timers, and survives handles that are none", async () => {
    const clock = new VirtualClock();
    let ran = false;
    const timer = clock.setTimeout(() => (ran = true), 1);
    clock.clearTimeout(timer);
    clock.clearTimeout(timer);
    clock.clearTimeout(undefined);
    clock.clearTimeout(7);
    expect(clock.pending).toEqual([]);
    await clock.advance(10);
    expect(ran).toBe(false);
  });

  test("keeps thousands of timers in order", async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const delays = Array.from({ length: 3_000 }, (_, index) => (index * 7_919) % 1_009);
    const timers = delays.map((delayMs) => clock.setTimeout(() => ran.push(delayMs), delayMs));
    for (const [index, timer] of timers.entries()) if (index % 3 === 0) clock.clearTimeout(timer);
    await clock.advance(2_000);
    const kept = delays.filter((_, index) => index % 3 !== 0);
    expect(ran).toEqual([...kept].sort((a, b) => a - b));
  });

  test("throws what a timer throws, and can go on afterwards", async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => {
      throw new Error("from the timer");
    }, 1);
    await expect(clock.advance(5)).rejects.toThrow("from the timer");
    await clock.advance(5);
    expect(clock.now()).toBe(6);
  });

  test("refuses to be called while it runs", async () => {
    const clock = new VirtualClock();
    const first = clock.advance(5);
    await expect(clock.advance(5)).rejects.toMatchObject({ code: "INVALID_STATE" });
    await first;
    expect(clock.now()).toBe(5);
  });
});

describe("runUntil", () => {
  test("stops at the time at which the promise settles, and settles as it does", async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => {}, 100);
    const value = wait(clock, 30).then(() => "done");
    expect(await clock.runUntil(value)).toBe("done");
    expect(clock.now()).toBe(30);
    const failure = wait(clock, 30).then(() => Promise.reject(new Error("failed")));
    await expect(clock.runUntil(failure)).rejects.toThrow("failed");
    expect(clock.now()).toBe(60);
  });

  test("waits for what goes by no clock, as long as no timer is set", async () => {
    const clock = new VirtualClock();
    const real = new Promise<string>((resolve) => setTimeout(() => resolve("real"), 20));
    expect(await clock.runUntil(real)).toBe("real");
    const laterTimer = real.then(() => wait(clock, 7));
    await clock.runUntil(laterTimer);
    expect(clock.now()).toBe(7);
  });

  test("names the problem when nothing can settle the promise any more", async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => {}, 5);
    await expect(clock.runUntil(new Promise(() => {}))).rejects.toThrow("no timer is set");
    const everTicking = (): unknown => clock.setTimeout(everTicking, 1);
    everTicking();
    await expect(clock.runUntil(new Promise(() => {}), { limitMs: 50 })).rejects.toThrow("50 ms of virtual time");
  });
});

describe("play", () => {
  test("lets plain awaits pass, over hours, in no time", async () => {
    const clock = new VirtualClock();
    const stop = clock.play();
    for (let hour = 0; hour < 24; hour++) await wait(clock, 3_600_000);
    expect(clock.now()).toBe(86_400_000);
    await stop();
  });

  test("waits without a timer, wakes up at the next, and stops in either state", async () => {
    const clock = new VirtualClock();
    const stop = clock.play();
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(0);
    await wait(clock, 5);
    await stop();
    await stop();
    clock.setTimeout(() => {}, 5);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(5);
    await clock.advance(5);
    expect(clock.pending).toEqual([]);
  });

  test("goes on when a timer throws, and tells at the stop", async () => {
    const clock = new VirtualClock();
    const stop = clock.play();
    clock.setTimeout(() => {
      throw new Error("from the timer");
    }, 1);
    await wait(clock, 5);
    await expect(stop()).rejects.toThrow("from the timer");
  });
});

test("pending timers tell where they were set, if asked to", () => {
  const clock = new VirtualClock({ traceTimers: true });
  clock.setTimeout(() => {}, 5);
  expect(clock.pending[0]?.stack).toContain("virtual-clock.test");
});
