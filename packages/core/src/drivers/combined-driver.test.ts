import {
  assertNothingLeft,
  driverConformance,
  type SimulatedDriver,
  SimulatedNetwork,
  VirtualClock,
} from "@peerhood/testing";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { Driver } from "../driver.js";
import { COPY_WINDOW_MS } from "./combined-constants.js";
import { CombinedDriver } from "./combined-driver.js";
import { Copies } from "./copies.js";
import { MemoryDriver } from "./memory-driver.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** How long an interruption lasts, in milliseconds. */
const OUTAGE_MS = 200;

describe.each([
  ["two brokers, one quicker than the other", 2],
  ["one broker", 1],
])("the contract of a driver, over %s", (_, brokers) => {
  let clock: VirtualClock;
  let networks: SimulatedNetwork[];
  let members: { goOffline(): void; goOnline(): void }[];
  let stop: () => Promise<void>;
  let outage: unknown;

  beforeEach(() => {
    clock = new VirtualClock();
    networks = Array.from({ length: brokers }, (__, index) => {
      return new SimulatedNetwork({ clock, latencyMs: 10 + 40 * index, jitterMs: 5 });
    });
    members = [];
    stop = clock.play();
  });

  afterEach(async () => {
    clock.clearTimeout(outage);
    await stop();
    // Both have packets on their way, and one clock: each would take the other's for timers left behind.
    await clock.advance(OUTAGE_MS);
    for (const network of networks) await assertNothingLeft(network);
  });

  const create = (timeoutMs = 15_000): { parts: SimulatedDriver[]; driver: Driver } => {
    const parts = networks.map((network) => {
      return network.createDriver(`host ${members.length}`, { maxBytes: 65_536, connectionTimeoutMs: timeoutMs });
    });
    return { parts, driver: new CombinedDriver(parts, clock) };
  };
  const cases = driverConformance({
    createDriver() {
      const { parts, driver } = create();
      members.push(...parts);
      return driver;
    },
    async interrupt() {
      for (const member of members) member.goOffline();
      outage = clock.setTimeout(() => {
        for (const member of members) member.goOnline();
      }, OUTAGE_MS);
    },
    createUnreachable() {
      const { parts } = create(500);
      for (const part of parts) part.goOffline();
      return new CombinedDriver(parts, clock);
    },
  });
  test.each(cases.map((one) => [one.name, one] as const))("%s", (__, one) => one.run());
});

describe("several drivers at once", () => {
  let clock: VirtualClock;
  let one: SimulatedNetwork;
  let two: SimulatedNetwork;

  beforeEach(() => {
    clock = new VirtualClock();
    one = new SimulatedNetwork({ clock, latencyMs: 10 });
    two = new SimulatedNetwork({ clock, latencyMs: 80 });
  });

  const both = (host: string): { a: SimulatedDriver; b: SimulatedDriver; driver: CombinedDriver } => {
    const [a, b] = [one.createDriver(host), two.createDriver(host)];
    return { a, b, driver: new CombinedDriver([a, b], clock) };
  };

  it("delivers once what comes over both, and as often as it was published", async () => {
    const [here, there] = [both("here"), both("there")];
    const got: string[] = [];
    await clock.runUntil(there.driver.subscribe("t", (data) => got.push(text(data))));
    await clock.advance(1_000);
    for (const each of ["x", "x", "y", "x"]) await clock.runUntil(here.driver.publish("t", bytes(each)));
    await clock.advance(1_000);
    expect(got.sort()).toEqual(["x", "x", "x", "y"]);
    await clock.runUntil(Promise.all([here.driver.close(), there.driver.close()]));
  });

  it("works over the one that is left when the other is away, refuses or is closed", async () => {
    const [here, there] = [both("here"), both("there")];
    const got: string[] = [];
    await clock.runUntil(there.driver.subscribe("t", (data) => got.push(text(data))));
    await clock.advance(1_000);
    here.a.goOffline();
    expect(here.driver.state).toBe("open");
    await clock.runUntil(here.driver.publish("t", bytes("over b")));
    await clock.advance(200);
    here.a.goOnline();
    await clock.runUntil(here.b.close());
    await clock.runUntil(here.driver.publish("t", bytes("over a")));
    await clock.advance(200);
    expect(got).toEqual(["over b", "over a"]);
    here.a.goOffline();
    expect(here.driver.state).toBe("connecting");
    await here.a.close();
    expect(here.driver.state).toBe("closed");
    await expect(here.driver.publish("t", bytes("x"))).rejects.toMatchObject({ code: "DRIVER_CLOSED" });
    await clock.runUntil(there.driver.close());
  });

  it("subscribes where a driver was away as soon as it is back, and says so", async () => {
    const [here, there] = [both("here"), both("there")];
    there.b.goOffline();
    const got: string[] = [];
    await clock.runUntil(there.driver.subscribe("t", (data) => got.push(text(data))));
    // Longer than the driver waits for its broker.
    await clock.advance(60_000);
    const told: unknown[] = [];
    there.driver.on("state", (state) => told.push(state));
    there.b.goOnline();
    expect(told).toEqual(["open"]);
    await clock.advance(1_000);
    here.a.goOffline();
    await clock.runUntil(here.driver.publish("t", bytes("over b")));
    await clock.advance(1_000);
    expect(got).toEqual(["over b"]);
    await clock.runUntil(Promise.all([here.driver.close(), there.driver.close()]));
    for (const network of [one, two]) await assertNothingLeft(network);
  });

  it("released, it has taken its handlers off and left the drivers open", async () => {
    const { a, b, driver } = both("here");
    await clock.runUntil(driver.subscribe("t", () => expect.unreachable()));
    await clock.advance(1_000);
    await clock.runUntil(driver.release());
    expect([a.state, b.state, driver.state]).toEqual(["open", "open", "closed"]);
    expect([one.live.subscriptions, two.live.subscriptions]).toEqual([0, 0]);
    await clock.runUntil(Promise.all([a.close(), b.close()]));
  });

  it("subscribing fails when each driver does, and leaves nothing behind", async () => {
    const closed = new MemoryDriver({ bus: new Map() });
    await closed.close();
    const away = one.createDriver("here");
    away.goOffline();
    const driver = new CombinedDriver([closed, away], clock);
    const subscribing = driver.subscribe("t", () => {});
    subscribing.catch(() => {});
    await clock.advance(20_000);
    await expect(subscribing).rejects.toMatchObject({ code: "SIGNALING_UNREACHABLE" });
    away.goOnline();
    await clock.advance(1_000);
    expect(one.live.subscriptions).toBe(0);
    await driver.close();
  });
});

describe("copies", () => {
  it("are known within their window, per bus, whichever is the first", async () => {
    const clock = new VirtualClock();
    const copies = new Copies(clock);
    const hello = bytes("hello");
    expect(copies.isFirst(hello, "b")).toBe(true);
    expect(copies.isFirst(hello, "a")).toBe(false);
    // Lost on b.
    expect(copies.isFirst(hello, "a")).toBe(true);
    await clock.advance(COPY_WINDOW_MS);
    // Announced again, over b: not what a brought long ago.
    expect(copies.isFirst(hello, "b")).toBe(true);
    expect(copies.isFirst(hello, "a")).toBe(false);
  });
});
