import { afterEach, beforeEach, describe, test } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import { driverConformance } from "../conformance/driver.js";
import { assertNothingLeft } from "../leaks/assert-nothing-left.js";
import { SimulatedNetwork } from "../network/simulated-network.js";
import type { SimulatedDriver } from "./simulated-driver.js";

/** How long an interruption lasts, in milliseconds. */
const OUTAGE_MS = 200;

describe("the contract of a driver", () => {
  let network: SimulatedNetwork;
  let drivers: SimulatedDriver[];
  let stop: () => Promise<void>;
  let outage: unknown;

  beforeEach(() => {
    const clock = new VirtualClock();
    network = new SimulatedNetwork({ clock, latencyMs: 10, jitterMs: 5 });
    drivers = [];
    stop = clock.play();
  });

  afterEach(async () => {
    network.clock.clearTimeout(outage);
    await stop();
    await assertNothingLeft(network);
  });

  const cases = driverConformance({
    createDriver() {
      const driver = network.createDriver(`host ${drivers.length}`, { maxBytes: 65_536 });
      drivers.push(driver);
      return driver;
    },
    async interrupt() {
      for (const driver of drivers) driver.goOffline();
      outage = network.clock.setTimeout(() => {
        for (const driver of drivers) driver.goOnline();
      }, OUTAGE_MS);
    },
    createUnreachable() {
      const driver = network.createDriver("cut off", { connectionTimeoutMs: 500 });
      driver.goOffline();
      return driver;
    },
  });

  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => one.run());
});
