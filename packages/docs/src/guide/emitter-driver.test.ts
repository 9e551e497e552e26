import { EventEmitter } from "node:events";
import { driverConformance } from "@peerhood/testing";
import { describe, it } from "vitest";
import { EmitterDriver } from "./emitter-driver.js";

const bus = new EventEmitter().setMaxListeners(0);

describe("EmitterDriver", () => {
  for (const { name, run } of driverConformance({ createDriver: () => new EmitterDriver(bus) })) it(name, run);
});
