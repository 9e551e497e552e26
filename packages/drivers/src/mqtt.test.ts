import { writeFileSync } from "node:fs";
import { findProgram, Program } from "@peerhood/testing/test-support";
import { connectAsync } from "mqtt";
import { expect, it } from "vitest";
import { MqttDriver } from "./mqtt.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { describeHandedIn } from "./test-support/describe-handed-in.js";
import { skipWithout } from "./test-support/missing.js";

const command = "mosquitto";
const start = (...settings: string[]) =>
  Program.start({
    command,
    args: (port, folder) => {
      const file = `${folder}/mosquitto.conf`;
      writeFileSync(file, [`listener ${port} 127.0.0.1`, "persistence false", ...settings, ""].join("\n"));
      return ["-c", file];
    },
    ready: /mosquitto version \S+ running/,
  });

if (findProgram(command) === undefined) skipWithout(command);
else {
  describeDriver({
    driver: "MqttDriver",
    broker: "mosquitto of Debian",
    kind: "real",
    start: () => start("allow_anonymous true"),
    create: (port, options) => new MqttDriver(`mqtt://127.0.0.1:${port}`, options),
  });

  describeHandedIn("an MQTT 5 client of the application's", {
    start: () => start("allow_anonymous true"),
    connect: (port) => connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 50, protocolVersion: 5 }),
    driver: (client) => new MqttDriver(client),
    isUsable: (client) => client.connected,
    disconnect: (client) => client.endAsync(),
  });

  it("says when the broker lets nobody in without a password", async () => {
    const broker = await start("allow_anonymous false");
    const driver = new MqttDriver(`mqtt://127.0.0.1:${broker.port}`);
    driver.on("error", () => {});
    try {
      await expect(driver.publish("t", new Uint8Array(1))).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
    } finally {
      await driver.close();
      await broker.stop();
    }
  });
}
