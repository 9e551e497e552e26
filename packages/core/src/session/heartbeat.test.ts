import { VirtualClock } from "@peerhood/testing";
import { describe, expect, it } from "vitest";
import type { Clock } from "../util/clock.js";
import { BUSY_ANSWER_MS, HEARTBEAT_HURRY_MS } from "./heartbeat-constants.js";
import { Heartbeat } from "./heartbeat.js";

const TIMEOUT_MS = 5_000;

/** A heartbeat with a remote that answers `answerAfterMs` later, or not at all. */
function start(answerAfterMs?: number): {
  clock: VirtualClock;
  heartbeat: Heartbeat;
  probes: number[];
  silences: number[];
  doubts: number[];
  certainties: number[];
  uneasy: number[];
  set(state: { trace?: string; answerAfterMs?: number | undefined }): void;
  sleep(ms: number): void;
  /** The next time that the transport is asked. */
  sleepInTrace(ms: number): void;
} {
  const clock = new VirtualClock();
  const probes: number[] = [];
  const silences: number[] = [];
  const doubts: number[] = [];
  const certainties: number[] = [];
  const uneasy: number[] = [];
  let trace = "0";
  let delayMs = answerAfterMs;
  let asleepMs = 0;
  let onTrace = async (): Promise<void> => {};
  const own: Clock = {
    now: () => clock.now() + asleepMs,
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
  const heartbeat: Heartbeat = new Heartbeat({
    clock: own,
    timeoutMs: TIMEOUT_MS,
    trace: async () => {
      await onTrace();
      return trace;
    },
    probe: () => {
      probes.push(clock.now());
      if (delayMs !== undefined) clock.setTimeout(() => heartbeat.heard(), delayMs);
    },
    onUneasy: () => uneasy.push(clock.now()),
    onDoubtful: () => doubts.push(clock.now()),
    onCertain: () => certainties.push(clock.now()),
    onSilent: () => silences.push(clock.now()),
  });
  return {
    clock,
    heartbeat,
    probes,
    silences,
    doubts,
    certainties,
    uneasy,
    set(state) {
      trace = state.trace ?? trace;
      if ("answerAfterMs" in state) delayMs = state.answerAfterMs;
    },
    // Time passes and no timer runs, as in a process that was stopped.
    sleep: (ms) => (asleepMs += ms),
    sleepInTrace(ms) {
      onTrace = async () => {
        onTrace = async () => {};
        asleepMs += ms;
      };
    },
  };
}

describe("Heartbeat", () => {
  it("tells silence at the bound, not before, and once", async () => {
    const { clock, probes, silences } = start();
    await clock.advance(TIMEOUT_MS - 1);
    expect(silences).toEqual([]);
    await clock.advance(60_000);
    expect(silences).toEqual([TIMEOUT_MS]);
    expect(probes.length).toBeGreaterThanOrEqual(5);
    expect(clock.pendingCount).toBe(0);
  });

  it("tells it then whenever the last sign came, also between two looks", async () => {
    const { clock, heartbeat, silences } = start();
    await clock.advance(2_400);
    heartbeat.heard();
    await clock.advance(300);
    heartbeat.heard();
    await clock.advance(10_000);
    expect(silences).toEqual([2_700 + TIMEOUT_MS]);
  });

  it("asks an idle remote every two seconds, and one that talks not at all", async () => {
    const { clock, heartbeat, probes, silences } = start(40);
    await clock.advance(60_000);
    expect(probes.length).toBeGreaterThan(20);
    expect(probes.length).toBeLessThanOrEqual(30);
    const before = probes.length;
    for (let ms = 0; ms < 60_000; ms += 1_000) {
      heartbeat.heard();
      await clock.advance(1_000);
    }
    expect(probes.length).toBe(before);
    expect(silences).toEqual([]);
    heartbeat.stop();
  });

  it("counts what the transport hears, and asks nothing meanwhile", async () => {
    const { clock, heartbeat, probes, silences, set } = start();
    for (let ms = 0; ms < 60_000; ms += 500) {
      set({ trace: String(ms) });
      await clock.advance(500);
    }
    expect(silences).toEqual([]);
    // The first look has nothing to compare with.
    expect(probes.length).toBeLessThanOrEqual(1);
    heartbeat.stop();
  });

  it("does not hold its own sleep against the remote", async () => {
    const { clock, heartbeat, silences, sleep } = start(40);
    for (let round = 0; round < 20; round++) {
      sleep(60_000);
      await clock.advance(700);
    }
    expect(silences).toEqual([]);
    heartbeat.stop();
  });

  it("nor one that it fell into while it asked the transport", async () => {
    const { clock, silences, probes, sleepInTrace } = start(100);
    await clock.advance(1_900);
    sleepInTrace(60_000);
    await clock.advance(60_000);
    expect(silences).toEqual([]);
    expect(probes.length).toBeGreaterThan(10);
  });

  it("still notices, after its sleep, that the remote is gone", async () => {
    const { clock, silences, sleep } = start();
    await clock.advance(1_000);
    sleep(3_000);
    await clock.advance(TIMEOUT_MS + 500);
    expect(silences.length).toBe(1);
  });

  it("asks at once when the network has changed, and has less patience", async () => {
    const { clock, heartbeat, probes, silences, set } = start(40);
    await clock.advance(1_000);
    heartbeat.doubt();
    await clock.advance(100);
    expect(probes).toEqual([1_000]);
    await clock.advance(HEARTBEAT_HURRY_MS);
    expect(silences).toEqual([]);
    set({ answerAfterMs: undefined });
    const at = clock.now();
    heartbeat.doubt();
    await clock.advance(HEARTBEAT_HURRY_MS + 500);
    expect(silences.length).toBe(1);
    expect((silences[0] ?? 0) - at).toBeLessThanOrEqual(HEARTBEAT_HURRY_MS + 500);
  });

  it("tells its doubt before the bound, again and again, and that it was unfounded, once", async () => {
    const { clock, heartbeat, doubts, certainties, silences, set } = start(40);
    await clock.advance(20_000);
    expect(doubts).toEqual([]);
    set({ answerAfterMs: undefined });
    heartbeat.heard();
    const at = clock.now();
    await clock.advance(4_500);
    expect((doubts[0] ?? 0) - at).toBeGreaterThanOrEqual(3_500);
    expect(doubts.length).toBeGreaterThan(1);
    expect(certainties).toEqual([]);
    heartbeat.heard();
    heartbeat.heard();
    expect(certainties).toEqual([clock.now()]);
    set({ answerAfterMs: 40 });
    await clock.advance(20_000);
    expect([silences, certainties.length]).toEqual([[], 1]);
    heartbeat.stop();
  });

  it("doubts within 250 ms of a change of the network, and not at all when the answer comes before", async () => {
    const { clock, heartbeat, doubts, set } = start(200);
    await clock.advance(1_000);
    heartbeat.doubt();
    await clock.advance(1_000);
    expect(doubts).toEqual([]);
    set({ answerAfterMs: undefined });
    heartbeat.doubt();
    await clock.advance(250);
    expect(doubts).toEqual([2_250]);
    heartbeat.stop();
  });

  it("asks at once whom it suspects, is uneasy without an answer, and doubts no sooner than else", async () => {
    const { clock, heartbeat, probes, doubts, uneasy, certainties, silences, set } = start(100);
    await clock.advance(1_000);
    heartbeat.heard();
    heartbeat.suspect();
    await clock.advance(1_000);
    expect(heartbeat.isUneasy).toBe(false);
    expect([probes, uneasy, doubts]).toEqual([[1_000], [], []]);
    set({ answerAfterMs: undefined });
    heartbeat.suspect();
    await clock.advance(BUSY_ANSWER_MS);
    expect([uneasy, heartbeat.isUneasy]).toEqual([[2_000 + BUSY_ANSWER_MS], true]);
    await clock.advance(1_500);
    expect([doubts, silences]).toEqual([[], []]);
    heartbeat.heard();
    expect([heartbeat.isUneasy, certainties]).toEqual([false, []]);
    await clock.advance(TIMEOUT_MS);
    expect(silences).toHaveLength(1);
  });
});
