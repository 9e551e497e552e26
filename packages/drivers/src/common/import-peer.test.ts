import { expect, it } from "vitest";
import { BrokerDriver } from "./broker-driver.js";
import { importPeer } from "./import-peer.js";

it("names the package to install, and nothing is tried again", async () => {
  let attempts = 0;
  const driver = new BrokerDriver({
    broker: "the broker",
    maxBytes: 16_384,
    open: async () => {
      attempts++;
      const name = "peerhood-no-such-package";
      return importPeer(name, () => import(/* @vite-ignore */ name));
    },
  });
  const told: unknown[] = [];
  driver.on("error", (error) => told.push(error));
  const missing = expect.objectContaining({
    code: "PACKAGE_MISSING",
    message: expect.stringContaining("npm install peerhood-no-such-package"),
  });
  await expect(driver.subscribe("t", () => {})).rejects.toEqual(missing);
  await expect(driver.publish("t", new Uint8Array(1))).rejects.toEqual(missing);
  expect({ attempts, told }).toEqual({ attempts: 1, told: [missing] });
  await driver.close();
});
