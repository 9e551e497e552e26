import { expect, it } from "vitest";
import { TemplateDriver } from "./template.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { startTemplateDouble } from "./test-support/template-double.js";

const urlOf = ({ port }: { port: number }): string => `ws://127.0.0.1:${port}`;

describeDriver({
  driver: "TemplateDriver",
  // HERE: as it is to stand in the matrix of the docs.
  broker: "double of the template's protocol",
  kind: "double",
  start: startTemplateDouble,
  create: (port, options) => new TemplateDriver(urlOf({ port }), options),
});

it("says when the broker refuses, and goes on", async () => {
  const broker = await startTemplateDouble();
  const driver = new TemplateDriver(urlOf(broker));
  await expect(driver.subscribe("forbidden", () => {})).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
  await driver.publish("allowed", new Uint8Array(1));
  await driver.close();
  await broker.stop();
});
