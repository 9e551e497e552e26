import { connect } from "@nats-io/transport-node";
import { findProgram, Program } from "@peerhood/testing/test-support";
import { expect, it } from "vitest";
import { NatsDriver } from "./nats.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { describeHandedIn } from "./test-support/describe-handed-in.js";
import { skipWithout } from "./test-support/missing.js";

const command = "nats-server";
const start = (...more: string[]) =>
  Program.start({
    command,
    args: (port) => ["-a", "127.0.0.1", "-p", `${port}`, ...more],
    ready: /Server is ready/,
  });

if (findProgram(command) === undefined) skipWithout(command);
else {
  describeDriver({
    driver: "NatsDriver",
    broker: "nats-server of Debian",
    kind: "real",
    start,
    create: (port, options) => new NatsDriver(`nats://127.0.0.1:${port}`, options),
  });

  describeHandedIn("a NATS connection of the application's", {
    start,
    connect: (port) =>
      connect({ servers: `127.0.0.1:${port}`, maxReconnectAttempts: -1, reconnectTimeWait: 50, reconnectJitter: 0 }),
    driver: (connection) => new NatsDriver(connection),
    isUsable: (connection) => !connection.isClosed(),
    disconnect: (connection) => connection.close(),
  });

  it("takes user and password from the url, and says when they are wrong", async () => {
    const server = await start("--user", "me", "--pass", "p@ss");
    try {
      const good = new NatsDriver(`nats://me:p%40ss@127.0.0.1:${server.port}`);
      await good.publish("t", new Uint8Array(1));
      await good.close();
      const bad = new NatsDriver(`nats://me:wrong@127.0.0.1:${server.port}`);
      const told: unknown[] = [];
      bad.on("error", (error) => told.push(error));
      const refused = expect.objectContaining({ code: "DRIVER_REFUSED" });
      await expect(bad.publish("t", new Uint8Array(1))).rejects.toEqual(refused);
      await expect(bad.publish("t", new Uint8Array(1))).rejects.toEqual(refused);
      expect(told).toEqual([refused]);
      await bad.close();
    } finally {
      await server.stop();
    }
  });
}
