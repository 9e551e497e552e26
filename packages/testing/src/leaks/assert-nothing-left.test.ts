import { beforeEach, describe, expect, test } from "vitest";
import { createSimulatedAdapter, type SimulatedAdapter } from "../adapter/simulated-adapter.js";
import { VirtualClock } from "../clock/virtual-clock.js";
import { connectPair } from "../conformance/adapter/connected-pair.js";
import { Side } from "../conformance/adapter/side.js";
import { SimulatedNetwork } from "../network/simulated-network.js";
import { assertNothingLeft } from "./assert-nothing-left.js";

describe("assertNothingLeft", () => {
  let clock: VirtualClock;
  let network: SimulatedNetwork;
  let adapter: SimulatedAdapter;

  beforeEach(() => {
    clock = new VirtualClock({ traceTimers: true });
    network = new SimulatedNetwork({ clock, latencyMs: 40 });
    adapter = createSimulatedAdapter(network, { host: "a" });
  });

  test("is content once everything is closed, and lets packets arrive", async () => {
    const { close, open } = await clock.runUntil(connectPair({ adapter, clock, timeoutMs: 1_000 }));
    await clock.runUntil(open({ label: "other", id: 1 }));
    expect(adapter.live).toEqual({ connections: 2, channels: 4 });
    await close();
    expect(adapter.live).toEqual({ connections: 0, channels: 0 });
    expect(network.live.packets).toBeGreaterThan(0);
    await assertNothingLeft(network);
  });

  test("finds a connection and a channel", async () => {
    const { connection } = new Side(adapter);
    await expect(assertNothingLeft(network)).rejects.toThrow("1 connections");
    connection.createChannel({ label: "x", id: 1 });
    await expect(assertNothingLeft(network)).rejects.toThrow("1 channels");
  });

  test("finds a subscription", async () => {
    const driver = network.createDriver("a");
    await clock.runUntil(driver.subscribe("topic", () => {}));
    await expect(assertNothingLeft(network)).rejects.toThrow("1 subscriptions");
    await driver.close();
    await assertNothingLeft(network);
  });

  test("finds a timer, and says where it was set", async () => {
    clock.setTimeout(() => {}, 5);
    await expect(assertNothingLeft(network)).rejects.toThrow(/1 timers[^]*assert-nothing-left\.test/);
  });
});
