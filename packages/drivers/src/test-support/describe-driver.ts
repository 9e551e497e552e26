import type { Driver } from "@peerhood/core";
import { silentLogger } from "@peerhood/core/internal";
import { driverConformance } from "@peerhood/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { BrokerDriverOptions } from "../common/broker-driver.js";
import { Relay } from "./relay.js";

export interface DriverUnderTest {
  /** Starts the broker on 127.0.0.1. */
  start(): Promise<{ readonly port: number; stop(): Promise<void> }>;
  /** A driver whose broker is at this port of 127.0.0.1. */
  create(port: number, options?: BrokerDriverOptions): Driver;
}

/** Longer than a round trip, shorter than the suite waits. */
const UNREACHABLE_MS = 300;

/** Runs the contract of drivers over a broker, with outages of the network between. */
export function describeDriver(name: string, { start, create }: DriverUnderTest): void {
  describe(`${name}: the contract of drivers`, () => {
    let broker: Awaited<ReturnType<DriverUnderTest["start"]>> | undefined;
    let relay: Relay;
    let silence: Relay;

    beforeAll(async () => {
      broker = await start();
      [relay, silence] = await Promise.all([Relay.to(broker.port), Relay.to()]);
    });
    afterAll(async () => {
      await Promise.all([relay.close(), silence.close()]);
      await broker?.stop();
    });

    const cases = driverConformance({
      createDriver: () => create(relay.port),
      createUnreachable: () => create(silence.port, { connectionTimeoutMs: UNREACHABLE_MS, logger: silentLogger }),
      interrupt: () => relay.cut(),
    });
    for (const { name, run } of cases) it(name, run);
  });
}
