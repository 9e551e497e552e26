import { beforeEach, expect, it } from "vitest";
import { silentLogger } from "../util/logger.js";
import { setSocketStage, tick } from "./testing/socket-stage.js";
import { PING } from "./websocket-codec.js";
import { CHECK_MS } from "./websocket-constants.js";
import { WebSocketDriver } from "./websocket-driver.js";

const { sockets, last, createSocket, closeLater } = setSocketStage();
let driver: WebSocketDriver;

beforeEach(() => {
  driver = new WebSocketDriver("ws://one", { createSocket, logger: silentLogger, random: () => 0.999_999 });
  closeLater(driver);
});

async function open(): Promise<void> {
  const subscribing = driver.subscribe("room/all", () => {});
  await tick();
  last().welcome();
  last().ack();
  await subscribing;
}

it("asks at once when the network has changed, and an answer is enough", async () => {
  await open();
  driver.check();
  expect(last().types).toEqual([PING]);
  await tick(CHECK_MS - 1);
  last().ack();
  await tick(CHECK_MS);
  expect(driver.state).toBe("open");
  expect(sockets).toHaveLength(1);
});

it("connects anew at once when none comes, whoever waits meanwhile", async () => {
  await open();
  driver.check();
  driver.attend();
  await tick(CHECK_MS);
  expect(driver.state).toBe("connecting");
  await tick(100);
  expect(sockets).toHaveLength(2);
  last().welcome();
  expect(driver.state).toBe("open");
});

it("does not sit out a pause when the network is back", async () => {
  await open();
  last().end();
  for (let n = 2; n < 8; n++) {
    await tick(1_000);
    last().end();
  }
  const made = sockets.length;
  driver.check();
  await tick();
  expect(sockets).toHaveLength(made + 1);
});

it("of one that nobody uses opens nothing", async () => {
  driver.check();
  await tick(60_000);
  expect(sockets).toHaveLength(0);
});
