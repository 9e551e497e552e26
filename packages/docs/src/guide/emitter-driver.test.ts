import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { driverConformance } from "@peerhood/testing";
import { describe, expect, it } from "vitest";
import { EmitterDriver } from "./emitter-driver.js";

const bus = new EventEmitter().setMaxListeners(0);

describe("EmitterDriver", () => {
  for (const { name, run } of driverConformance({ createDriver: () => new EmitterDriver(bus) })) it(name, run);
});

it("is what the guide shows", () => {
  const code = readFileSync(new URL("emitter-driver.ts", import.meta.url), "utf8");
  const guide = readFileSync(new URL("../../guide/drivers.md", import.meta.url), "utf8");
  expect(guide).toContain(`\`\`\`ts\n${code}\`\`\``);
});
