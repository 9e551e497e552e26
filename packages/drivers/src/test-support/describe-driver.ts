import type { Driver } from "@peerhood/core";
import { silentLogger } from "@peerhood/core/internal";
import { driverConformance } from "@peerhood/testing";
import { TcpRelay } from "@peerhood/testing/test-support";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { BrokerDriverOptions } from "../common/broker-driver.js";

export interface DriverUnderTest {
  /** The class. */
  readonly driver: string;
  /** For the matrix in the docs: what the driver was run against. */
  readonly broker: string;
  /** `real`: what people run. `double`: a server of this repository's tests that follows the published protocol. */
  readonly kind: "real" | "double";
  /** Starts the broker on 127.0.0.1. */
  start(): Promise<{ readonly port: number; stop(): Promise<void> }>;
  /** A driver whose broker is at this port of 127.0.0.1. */
  create(port: number, options?: BrokerDriverOptions): Driver;
}

declare module "vitest" {
  interface TaskMeta {
    /** Of a case of the contract: `scripts/driver-matrix.mjs` makes the matrix of it. */
    driverCase?: { driver: string; broker: string; kind: "real" | "double"; name: string };
  }
}

/** Longer than a round trip, shorter than the suite waits. */
const UNREACHABLE_MS = 300;

/** Runs the contract of drivers over a broker, with outages of the network between. */
export function describeDriver({ driver, broker, kind, start, create }: DriverUnderTest): void {
  describe(`${driver} over ${broker}: the contract of drivers`, () => {
    let running: Awaited<ReturnType<DriverUnderTest["start"]>> | undefined;
    let relay: TcpRelay;
    let silence: TcpRelay;

    beforeAll(async () => {
      running = await start();
      [relay, silence] = await Promise.all([TcpRelay.to(running.port), TcpRelay.to()]);
    });
    afterAll(async () => {
      await Promise.all([relay.close(), silence.close()]);
      await running?.stop();
    });

    const cases = driverConformance({
      createDriver: () => create(relay.port),
      createUnreachable: () => create(silence.port, { connectionTimeoutMs: UNREACHABLE_MS, logger: silentLogger }),
      interrupt: () => relay.cut(),
    });
    for (const { name, run } of cases) {
      it(name, { meta: { driverCase: { driver, broker, kind, name } } }, run);
    }
  });
}
