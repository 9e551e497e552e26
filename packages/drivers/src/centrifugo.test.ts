import { Centrifuge } from "centrifuge";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { CentrifugoDriver } from "./centrifugo.js";
import { startCentrifugoDouble, type CentrifugoDoubleOptions } from "./test-support/centrifugo-double.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { describeHandedIn } from "./test-support/describe-handed-in.js";
import { createToken } from "./test-support/jwt.js";

const urlOf = ({ port }: { port: number }): string => `ws://127.0.0.1:${port}/connection/websocket`;
const nothing = new Uint8Array(1);

/** A driver on a server of its own. */
async function withDriver(
  options: CentrifugoDoubleOptions & { clientOptions?: Record<string, unknown>; prefix?: string },
  test: (driver: CentrifugoDriver) => Promise<void>,
): Promise<void> {
  const { clientOptions = {}, prefix = "peerhood-signals", ...double } = options;
  const server = await startCentrifugoDouble(double);
  const driver = new CentrifugoDriver(urlOf(server), { clientOptions, prefix });
  driver.on("error", () => {});
  try {
    await test(driver);
  } finally {
    await driver.close();
    await server.stop();
  }
}

describeDriver({
  driver: "CentrifugoDriver",
  broker: "double of Centrifugo's JSON protocol, client of npm",
  kind: "double",
  start: () => startCentrifugoDouble(),
  create: (port, options) => new CentrifugoDriver(urlOf({ port }), options),
});

describeHandedIn("a Centrifuge client of the application's", {
  start: () => startCentrifugoDouble(),
  connect: async (port) =>
    new Centrifuge(urlOf({ port }), { websocket: WebSocket, minReconnectDelay: 50, maxReconnectDelay: 50 }),
  driver: (client) => new CentrifugoDriver(client as never),
  isUsable: (client) => String(client.state) === "connected",
  disconnect: async (client) => client.disconnect(),
});

it("is let in with a token, and refused for good with a wrong one", async () => {
  const clientOptions = { token: createToken({ sub: "me" }, "key") };
  await withDriver({ tokenKey: "key", clientOptions }, (driver) => driver.publish("t", nothing));
  const wrong = { token: createToken({ sub: "me" }, "another key") };
  await withDriver({ tokenKey: "key", clientOptions: wrong }, async (driver) => {
    await expect(driver.publish("t", nothing)).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
    await expect(driver.subscribe("t", () => {})).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
  });
});

it("says what the server does not allow, and goes on", async () => {
  await withDriver({ readOnly: true, channelLimit: 1 }, async (driver) => {
    await driver.subscribe("a", () => {});
    await expect(driver.publish("a", nothing)).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
    await expect(driver.subscribe("b", () => {})).rejects.toMatchObject({ code: "SIGNALING_LIMIT", retryable: true });
    expect(driver.state).toBe("open");
  });
  await withDriver({ prefix: "nowhere" }, async (driver) => {
    const refused = { code: "DRIVER_REFUSED", message: expect.stringContaining("namespace") };
    await expect(driver.subscribe("a", () => {})).rejects.toMatchObject(refused);
  });
});
