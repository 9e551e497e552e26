import { TcpRelay } from "@peerhood/testing/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MercureDriver, type MercureDriverOptions } from "./mercure.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { createToken } from "./test-support/jwt.js";
import { startMercureDouble, type MercureDoubleOptions } from "./test-support/mercure-double.js";

const urlOf = ({ port }: { port: number }): string => `http://127.0.0.1:${port}/.well-known/mercure`;
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

describeDriver({
  driver: "MercureDriver",
  broker: "double of a Mercure hub",
  kind: "double",
  start: () => startMercureDouble(),
  create: (port, options) => new MercureDriver(urlOf({ port }), options),
});

let closing: (() => Promise<unknown>)[] = [];
beforeEach(() => (closing = []));
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

async function startHub(options: MercureDoubleOptions = {}) {
  const hub = await startMercureDouble(options);
  closing.push(hub.stop);
  return hub;
}

function createDriver(url: string, options: MercureDriverOptions = {}): MercureDriver {
  const driver = new MercureDriver(url, options);
  driver.on("error", () => {});
  closing.push(() => driver.close());
  return driver;
}

/** What the driver hears on the topic; `next` is the one after those that were asked for. */
async function listen(
  driver: MercureDriver,
  topic: string,
): Promise<{ heard: string[]; until(what: string): Promise<void> }> {
  const heard: string[] = [];
  let look = (): void => {};
  await driver.subscribe(topic, (data) => {
    heard.push(text(data));
    look();
  });
  const until = (what: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => heard.includes(what) && resolve();
      look();
    });
  return { heard, until };
}

it("asks for what came during an outage, and hears it once", async () => {
  const hub = await startHub();
  const relay = await TcpRelay.to(hub.port);
  closing.push(() => relay.close());
  const [near, far] = [createDriver(urlOf(hub)), createDriver(urlOf(relay))];
  const { heard, until } = await listen(far, "t");
  await near.publish("t", bytes("before"));
  await until("before");
  const lost = new Promise<void>((resolve) => void far.on("state", (state) => state === "connecting" && resolve()));
  await relay.cut();
  await lost;
  await near.publish("t", bytes("during"));
  await until("during");
  await near.publish("t", bytes("after"));
  await until("after");
  expect(heard).toEqual(["before", "during", "after"]);
});

it("hears once what a hub tells twice", async () => {
  const driver = createDriver(urlOf(await startHub({ stutters: true })));
  const { heard, until } = await listen(driver, "t");
  for (const each of ["one", "two", "three"]) await driver.publish("t", bytes(each));
  await until("three");
  await driver.publish("t", bytes("end"));
  await until("end");
  expect(heard).toEqual(["one", "two", "three", "end"]);
});

it("asks again for a stream that it did not get", async () => {
  // The first is that of no topic.
  const driver = createDriver(urlOf(await startHub({ hangsUpOn: 2 })));
  const { until } = await listen(driver, "t");
  await driver.publish("t", bytes("hello"));
  await until("hello");
});

it("speaks to hubs of draft 8 of the specification, too", async () => {
  const driver = createDriver(urlOf(await startHub({ parameter: "match" })));
  const { until } = await listen(driver, "t");
  await driver.publish("t", bytes("hello"));
  await until("hello");
});

it("asks for all topics of one tick with one stream, and leaves no stream behind", async () => {
  const hub = await startHub();
  const driver = createDriver(urlOf(hub));
  await driver.subscribe("first", () => {});
  const before = hub.requests.length;
  await Promise.all(Array.from({ length: 50 }, (_, index) => driver.subscribe(`t/${index}`, () => {})));
  expect(hub.requests.length - before).toBeLessThanOrEqual(2);
  expect([...hub.subscribers].at(-1)?.topics.size).toBe(51);
});

it("misses nothing and hears nothing twice while one stream takes the place of another", async () => {
  const url = urlOf(await startHub());
  const [near, far] = [createDriver(url), createDriver(url)];
  const { heard, until } = await listen(far, "t");
  const texts = Array.from({ length: 200 }, (_, index) => `message ${index}`);
  await Promise.all([
    ...texts.map((each) => near.publish("t", bytes(each))),
    (async () => {
      for (let index = 0; index < 20; index++) await far.subscribe(`other/${index}`, () => {});
    })(),
  ]);
  await near.publish("t", bytes("end"));
  await until("end");
  expect([...heard].sort()).toEqual([...texts, "end"].sort());
});

describe("with tokens", () => {
  const all = { mercure: { publish: ["*"], subscribe: ["*"] } };

  it("publishes what is private, which only those hear whose token names the topic", async () => {
    const url = urlOf(await startHub({ tokenKey: "key" }));
    let asked = 0;
    const token = async (): Promise<string> => (asked++, createToken(all, "key"));
    const insider = createDriver(url, { token, private: true });
    const outsider = createDriver(url);
    const [inside, outside] = [await listen(insider, "t"), await listen(outsider, "t")];
    await insider.publish("t", bytes("secret"));
    await inside.until("secret");
    const speaker = createDriver(url, { token });
    await speaker.publish("t", bytes("public"));
    await outside.until("public");
    expect(outside.heard).toEqual(["public"]);
    expect(asked).toBeGreaterThan(2);
  });

  it("is refused without one, with one that is not good, and where it names another topic", async () => {
    const url = urlOf(await startHub({ tokenKey: "key", anonymous: false }));
    const refused = { code: "DRIVER_REFUSED" };
    await expect(createDriver(url).subscribe("t", () => {})).rejects.toMatchObject(refused);
    const forged = createDriver(url, { token: createToken(all, "another key") });
    await expect(forged.publish("t", bytes("x"))).rejects.toMatchObject(refused);
    const expired = createDriver(url, { token: createToken({ ...all, exp: 1 }, "key") });
    await expect(expired.publish("t", bytes("x"))).rejects.toMatchObject(refused);
    const narrow = { mercure: { publish: ["peerhood-signals:mine"], subscribe: [] } };
    const one = createDriver(url, { token: createToken(narrow, "key") });
    await one.publish("mine", bytes("x"));
    await expect(one.publish("yours", bytes("x"))).rejects.toMatchObject(refused);
    expect(one.state).toBe("open");
  });
});
