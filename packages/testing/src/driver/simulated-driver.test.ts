import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import { assertNothingLeft } from "../leaks/assert-nothing-left.js";
import { SimulatedNetwork, type SimulatedNetworkOptions } from "../network/simulated-network.js";

const TOPIC = "room/lobby";

function createNetwork(options: Omit<SimulatedNetworkOptions, "clock"> = {}) {
  const clock = new VirtualClock();
  return { clock, network: new SimulatedNetwork({ clock, ...options }) };
}

/** Numbers that `to` hears of `count` that `from` publishes, one each millisecond. */
async function publishNumbers(options: Omit<SimulatedNetworkOptions, "clock">, count: number): Promise<number[]> {
  const { clock, network } = createNetwork(options);
  const [from, to] = [network.createDriver("from"), network.createDriver("to")];
  const heard: number[] = [];
  await clock.runUntil(to.subscribe(TOPIC, ([high = 0, low = 0]) => heard.push(high * 256 + low)));
  for (let number = 0; number < count; number++) {
    await from.publish(TOPIC, Uint8Array.of(number >> 8, number & 255));
    await clock.advance(1);
  }
  await clock.advance(1_000);
  await Promise.all([from.close(), to.close()]);
  await assertNothingLeft(network);
  return heard;
}

test("a message takes the way to the broker and on, and is the receiver's own", async () => {
  const { clock, network } = createNetwork({ latencyMs: 25 });
  const driver = network.createDriver("a");
  const heard: [number, Uint8Array][] = [];
  await clock.runUntil(driver.subscribe(TOPIC, (data) => heard.push([clock.now(), data])));
  const subscribedAtMs = clock.now();
  expect(subscribedAtMs).toBe(50);
  const data = Uint8Array.of(1, 2, 3);
  await driver.publish(TOPIC, data);
  data.fill(0);
  await clock.advance(100);
  expect(heard).toEqual([[subscribedAtMs + 50, Uint8Array.of(1, 2, 3)]]);
});

test("signals are lost, doubled and reordered as the network is told", async () => {
  const perfect = await publishNumbers({}, 1_000);
  expect(perfect).toEqual(Array.from({ length: 1_000 }, (_, number) => number));

  const lossy = await publishNumbers({ signaling: { loss: 0.2 } }, 1_000);
  // Two links: 0.8 squared.
  expect(lossy.length).toBeGreaterThan(580);
  expect(lossy.length).toBeLessThan(700);

  const wild = await publishNumbers({ latencyMs: 20, duplicate: 0.2, reorder: 0.2 }, 1_000);
  expect(wild.length).toBeGreaterThan(1_300);
  expect(new Set(wild).size).toBe(1_000);
  expect(wild).not.toEqual([...wild].sort((a, b) => a - b));
});

test("the same seed gives the same signals", async () => {
  const options = { latencyMs: 20, jitterMs: 10, loss: 0.2, duplicate: 0.2, reorder: 0.2 };
  const first = await publishNumbers({ ...options, seed: 1 }, 200);
  expect(await publishNumbers({ ...options, seed: 1 }, 200)).toEqual(first);
  expect(await publishNumbers({ ...options, seed: 2 }, 200)).not.toEqual(first);
});

describe("cut off", () => {
  test("by a partition of signaling: what is published is lost in silence, peers are not concerned", async () => {
    const { clock, network } = createNetwork();
    const [a, b] = [network.createDriver("a"), network.createDriver("b")];
    const heard: number[] = [];
    await clock.runUntil(b.subscribe(TOPIC, ([number = 0]) => heard.push(number)));
    network.signaling.partition(["a"]);
    await a.publish(TOPIC, Uint8Array.of(1));
    await clock.advance(10);
    network.signaling.heal();
    network.partition(["a"]);
    await a.publish(TOPIC, Uint8Array.of(2));
    await clock.advance(10);
    expect(heard).toEqual([2]);
  });

  test("by a partition: subscribing waits for its end, or gives up", async () => {
    const { clock, network } = createNetwork();
    const driver = network.createDriver("a", { connectionTimeoutMs: 5_000 });
    network.signaling.partition(["a"]);
    await expect(clock.runUntil(driver.subscribe(TOPIC, () => {}))).rejects.toMatchObject({
      code: "SIGNALING_UNREACHABLE",
      retryable: true,
    });
    const subscribing = driver.subscribe(TOPIC, () => {});
    await clock.advance(1_000);
    network.signaling.heal();
    await clock.runUntil(subscribing, { limitMs: 100 });
    await driver.close();
    await assertNothingLeft(network);
  });

  test("and knowing it: the state tells, calls wait, subscriptions outlive it", async () => {
    const { clock, network } = createNetwork();
    const driver = network.createDriver("a", { connectionTimeoutMs: 5_000 });
    const states: unknown[] = [];
    driver.on("state", (state) => states.push(state));
    const heard: number[] = [];
    await clock.runUntil(driver.subscribe(TOPIC, ([number = 0]) => heard.push(number)));
    driver.goOffline();
    await expect(clock.runUntil(driver.publish(TOPIC, Uint8Array.of(1)))).rejects.toMatchObject({
      code: "SIGNALING_UNREACHABLE",
    });
    const waiting = driver.publish(TOPIC, Uint8Array.of(2));
    await clock.advance(1_000);
    driver.goOnline();
    await waiting;
    await clock.advance(100);
    expect(heard).toEqual([2]);
    driver.goOffline();
    const pending = driver.publish(TOPIC, Uint8Array.of(3));
    await driver.close();
    await expect(pending).rejects.toMatchObject({ code: "DRIVER_CLOSED" });
    expect(states).toEqual(["connecting", "open", "connecting", "closed"]);
    await assertNothingLeft(network);
  });
});
