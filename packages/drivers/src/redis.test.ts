import { findProgram, Program } from "@peerhood/testing/test-support";
import { createClient } from "redis";
import { expect, it } from "vitest";
import { RedisDriver } from "./redis.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { describeHandedIn } from "./test-support/describe-handed-in.js";
import { skipWithout } from "./test-support/missing.js";

const command = "redis-server";
const start = (...more: string[]) =>
  Program.start({
    command,
    args: (port) => ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", ...more],
    ready: /Ready to accept connections/,
  });

if (findProgram(command) === undefined) skipWithout(command);
else {
  describeDriver({
    driver: "RedisDriver",
    broker: "redis-server of Debian",
    kind: "real",
    start,
    create: (port, options) => new RedisDriver(`redis://127.0.0.1:${port}`, options),
  });

  describeHandedIn("a Redis client of the application's", {
    start,
    connect: async (port) => {
      const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: 50 } });
      client.on("error", () => {});
      await client.connect();
      return client;
    },
    driver: (client) => new RedisDriver(client as never),
    isUsable: (client) => client.isReady,
    disconnect: (client) => client.close(),
  });

  it("takes the password from the url, and says when it is wrong", async () => {
    const server = await start("--requirepass", "secret");
    try {
      const good = new RedisDriver(`redis://:secret@127.0.0.1:${server.port}`);
      await good.publish("t", new Uint8Array(1));
      await good.close();
      for (const url of [`redis://:wrong@127.0.0.1:${server.port}`, `redis://127.0.0.1:${server.port}`]) {
        const bad = new RedisDriver(url);
        bad.on("error", () => {});
        await expect(bad.publish("t", new Uint8Array(1))).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
        await bad.close();
      }
    } finally {
      await server.stop();
    }
  });
}
