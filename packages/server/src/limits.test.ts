import { nodeAdapter } from "@peerhood/adapter-node";
import { WebSocketDriver, type PeerhoodError } from "@peerhood/core";
import { afterEach, describe, expect, it } from "vitest";
import { completeLimits, type Limits } from "./limits.js";
import type { ServerOptions } from "./options.js";
import { FrameType } from "./protocol.js";
import { startServer, type SignalingServer } from "./server.js";
import { RawClient } from "./test-support/raw-client.js";

// Each limit: what a client is told, and what core's driver makes of it.

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function serve(limits: Partial<Limits>, options: ServerOptions = {}): Promise<SignalingServer> {
  const server = await startServer({ port: 0, limits, ...options });
  cleanUps.push(() => server.close());
  return server;
}

async function greet(...args: Parameters<typeof RawClient.greet>): Promise<RawClient> {
  const client = await RawClient.greet(...args);
  cleanUps.push(() => client.close());
  return client;
}

function drive(url: string): WebSocketDriver {
  const driver = new WebSocketDriver(url, { createSocket: nodeAdapter.createSocket });
  cleanUps.push(() => driver.close());
  return driver;
}

const nextError = (driver: WebSocketDriver): Promise<PeerhoodError> =>
  new Promise((resolve) => void driver.on("error", (error) => resolve(error as PeerhoodError)));

const limited = { code: "SIGNALING_LIMIT", retryable: true };

describe("limits", () => {
  it("rooms of the server", async () => {
    const driver = drive((await serve({ rooms: 2 })).url);
    const first = await driver.subscribe("a/all", () => {});
    await driver.subscribe("b/all", () => {});
    await driver.subscribe("b/other", () => {});
    await expect(driver.subscribe("c/all", () => {})).rejects.toMatchObject({
      ...limited,
      message: expect.stringContaining("2 rooms"),
    });
    await first.unsubscribe();
    await driver.subscribe("c/all", () => {});
  });

  it("peers of a room: those that listen to all, and those that have a topic of their own", async () => {
    const { url } = await serve({ peersPerRoom: 3 });
    const drivers = Array.from({ length: 4 }, () => drive(url));
    for (const [index, driver] of drivers.slice(0, 3).entries()) {
      await Promise.all([driver.subscribe("room/all", () => {}), driver.subscribe(`room/${index}`, () => {})]);
    }
    for (const topic of ["room/all", "room/3"]) {
      await expect(drivers[3]?.subscribe(topic, () => {})).rejects.toMatchObject({
        ...limited,
        message: expect.stringContaining("3 peers"),
      });
    }
    await drivers[3]?.subscribe("elsewhere/all", () => {});
    await drivers[0]?.close();
    await drivers[3]?.subscribe("room/all", () => {});
  });

  it("connections of one address: one too many is told why", async () => {
    const { url } = await serve({ connectionsPerAddress: 2 });
    const [one] = [await greet(url), await greet(url)];
    const driver = drive(url);
    driver.attend();
    expect(await nextError(driver)).toMatchObject({ ...limited, message: expect.stringContaining("2 connections") });
    await one.close();
    await driver.publish("t", new Uint8Array(1));
  });

  it("connections of one address behind a proxy, which says whose they are", async () => {
    const { url } = await serve({ connectionsPerAddress: 1 }, { trustProxy: true });
    const from = (address: string): { headers: Record<string, string> } => ({
      headers: { "x-forwarded-for": address },
    });
    await greet(url, "", from("1.1.1.1"));
    await greet(url, "", from("9.9.9.9, 2.2.2.2"));
    const third = await RawClient.connect(url, from("2.2.2.2"));
    expect(await third.closed).toMatchObject({ code: 4431 });
  });

  it("handshakes per second of one address: further ones cost nothing, and later ones get in", async () => {
    const server = await serve({ connectionsPerAddress: 3, requestsPerSecond: 20 });
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, async () => (await RawClient.connect(server.url)).close()),
    );
    const passed = results.filter(({ status }) => status === "fulfilled").length;
    expect(passed).toBeGreaterThanOrEqual(3);
    expect(passed).toBeLessThan(40);
    const driver = drive(server.url);
    await driver.publish("t", new Uint8Array(1));
  });

  it("handshakes per second of one address: a few are told why, then none, and the driver gets in later", async () => {
    const server = await serve({ connectionsPerAddress: 5, requestsPerSecond: 5 });
    const connect = async (): Promise<number> => {
      const client = await RawClient.connect(server.url);
      client.hello();
      const code = await Promise.race([client.closed.then((end) => end.code), client.next().then(() => 0)]);
      await client.close();
      return code;
    };
    const codes = [await connect()];
    while (codes.at(-1) === 0) codes.push(await connect());
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.at(-1)).toBe(4432);
    const driver = drive(server.url);
    driver.attend();
    expect(await nextError(driver)).toMatchObject({ ...limited, message: expect.stringContaining("5 times a second") });
    const flood = await Promise.allSettled(Array.from({ length: 30 }, connect));
    expect(flood.filter(({ status }) => status === "rejected").length).toBeGreaterThan(10);
    await driver.publish("t", new Uint8Array(1));
  });

  it("a rate: a burst is late and loses nothing, a flood is cut off", async () => {
    const { url } = await serve({ messagesPerSecond: 400, messagesBurst: 10, throttledMs: 1_000 });
    const [burst, flood] = [await greet(url), await greet(url)];
    for (let number = 0; number < 100; number++) burst.send(FrameType.ping, number);
    const startedAt = performance.now();
    for (let number = 0; number < 100; number++) expect(await burst.next()).toMatchObject({ number });
    // What came in one piece was answered; what follows waits until the debt of 90 is paid.
    burst.send(FrameType.ping, 100);
    await burst.next();
    expect(performance.now() - startedAt).toBeGreaterThan(150);
    for (let number = 0; number < 5_000; number++) flood.send(FrameType.ping, number);
    expect(await flood.closed).toEqual({ code: 4430, reason: "sends more than 400 requests a second" });
    burst.send(FrameType.ping, 1);
    expect(await burst.next()).toMatchObject({ type: FrameType.pong });
  });

  it("a large message counts as several", async () => {
    const { url } = await serve({ messagesPerSecond: 100, messagesBurst: 17, throttledMs: 60_000 });
    const client = await greet(url);
    const startedAt = performance.now();
    for (const number of [1, 2, 3]) client.send(FrameType.publish, number, "t", Buffer.alloc(65_536));
    client.send(FrameType.ping, 4);
    for (const number of [1, 2, 3, 4]) expect(await client.next()).toMatchObject({ number });
    expect(performance.now() - startedAt).toBeGreaterThan(150);
  });

  it.each([
    [4441, { topicsPerSocket: 1 }, undefined],
    [4442, { rooms: 1 }, undefined],
    [4443, { peersPerRoom: 1 }, undefined],
    [4444, {}, { authorize: () => ({ topics: ["room"] }) }],
  ])("who is refused again and again is closed with %i", async (code, limits, options) => {
    const { url } = await serve(limits, options);
    const client = await greet(url);
    const topic = { 4441: "room/2", 4442: "other/1", 4443: "room/3", 4444: "other/1" }[code] ?? "";
    client.send(FrameType.subscribe, 1, "room/1");
    if (code === 4443) client.send(FrameType.subscribe, 1, "room/2");
    for (let count = 0; count < 100; count++) client.send(FrameType.subscribe, 1, topic);
    expect((await client.closed).code).toBe(code);
  });

  it("that can not be are refused at the start", () => {
    for (const limits of [{ rooms: 0 }, { rooms: Number.NaN }, { messageBytes: 1 }, { peersPerRoom: -1 }]) {
      expect(() => completeLimits(limits)).toThrow(RangeError);
    }
    expect(completeLimits({ rooms: Infinity }).rooms).toBe(Infinity);
  });
});
