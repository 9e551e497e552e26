import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import { SeededRandom } from "../random/seeded-random.js";
import { DEFAULT_CONDITIONS, type LinkConditions } from "./conditions.js";
import { NetworkPlane, type PacketEvent } from "./network-plane.js";

interface Arrival {
  readonly number: number;
  readonly atMs: number;
}

function createPlane(conditions: Partial<LinkConditions>, seed = 1): { clock: VirtualClock; plane: NetworkPlane } {
  const clock = new VirtualClock();
  return { clock, plane: new NetworkPlane(clock, new SeededRandom(seed), { ...DEFAULT_CONDITIONS, ...conditions }) };
}

/** Sends that many packets of 1,000 bytes, one each millisecond, and tells what arrived. */
async function stream({ clock, plane }: ReturnType<typeof createPlane>, count: number): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  for (let number = 0; number < count; number++) {
    plane.send({ from: "a", to: "b", bytes: 1_000, onArrival: () => arrivals.push({ number, atMs: clock.now() }) });
    await clock.advance(1);
  }
  await clock.advance(10_000);
  expect(plane.inFlight).toBe(0);
  return arrivals;
}

const numbers = (arrivals: readonly Arrival[]): number[] => arrivals.map(({ number }) => number);
const ascending = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);

test("latency and jitter delay, and keep the order", async () => {
  const arrivals = await stream(createPlane({ latencyMs: 20, jitterMs: 10 }), 500);
  expect(numbers(arrivals)).toEqual(Array.from({ length: 500 }, (_, number) => number));
  const delays = arrivals.map(({ number, atMs }) => atMs - number);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(20);
  expect(Math.max(...delays)).toBeLessThanOrEqual(30);
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(5);
});

test("packets that leave in the same instant arrive in their order", async () => {
  const { clock, plane } = createPlane({ latencyMs: 0.1 });
  const arrived: number[] = [];
  await clock.advance(0.7);
  for (let number = 0; number < 100; number++) {
    plane.send({ from: "a", to: "b", bytes: 1, onArrival: () => arrived.push(number) });
    if (number % 7 === 0) await clock.advance(0.1);
  }
  await clock.advance(10);
  expect(arrived).toEqual(ascending(arrived));
  expect(arrived).toHaveLength(100);
});

test("loss, reordering and doubling happen about as often as asked", async () => {
  const lossy = await stream(createPlane({ loss: 0.2 }), 2_000);
  expect(lossy.length).toBeGreaterThan(1_500);
  expect(lossy.length).toBeLessThan(1_700);
  expect(numbers(lossy)).toEqual(ascending(numbers(lossy)));

  const reordered = numbers(await stream(createPlane({ latencyMs: 10, reorder: 0.1 }), 2_000));
  expect(ascending(reordered)).toEqual(Array.from({ length: 2_000 }, (_, number) => number));
  const late = reordered.filter((number, index) => number < Math.max(...reordered.slice(0, index), -1)).length;
  expect(late).toBeGreaterThan(140);
  expect(late).toBeLessThan(260);

  const doubled = numbers(await stream(createPlane({ duplicate: 0.1 }), 2_000));
  expect(doubled.length).toBeGreaterThan(2_140);
  expect(doubled.length).toBeLessThan(2_260);
  expect(new Set(doubled).size).toBe(2_000);
});

test("bandwidth: a burst takes its time, one packet after the other", async () => {
  const { clock, plane } = createPlane({ latencyMs: 10, bandwidthBytesPerSecond: 50_000 });
  const arrivals: number[] = [];
  for (let number = 0; number < 100; number++) {
    plane.send({ from: "a", to: "b", bytes: 1_000, onArrival: () => arrivals.push(clock.now()) });
  }
  await clock.advance(5_000);
  expect(arrivals[0]).toBeCloseTo(30);
  expect(arrivals[49]).toBeCloseTo(1_010);
  expect(arrivals[99]).toBeCloseTo(2_010);
});

test("a burst of many packets says how many of them are lost", async () => {
  const { clock, plane } = createPlane({ loss: 0.25 });
  let lost = 0;
  plane.send({
    from: "a",
    to: "b",
    bytes: 1_000_000,
    packets: 1_000,
    onArrival: () => expect.unreachable("a quarter of it is lost"),
    onLoss: (packets) => (lost += packets),
  });
  await clock.advance(10);
  expect(lost).toBeGreaterThan(200);
  expect(lost).toBeLessThan(300);
});

describe("partitions", () => {
  async function reaches({ clock, plane }: ReturnType<typeof createPlane>, from: string, to: string): Promise<boolean> {
    let arrived = false;
    plane.send({ from, to, bytes: 1, onArrival: () => (arrived = true) });
    await clock.advance(10);
    return arrived;
  }

  test("cut hosts off from the others, not from each other", async () => {
    const network = createPlane({});
    network.plane.partition(["a", "b"]);
    network.plane.partition(["e"]);
    const reached: string[] = [];
    for (const from of "abcde") for (const to of "abcde") if (await reaches(network, from, to)) reached.push(from + to);
    expect(reached).toEqual(["aa", "ab", "ba", "bb", "cc", "cd", "dc", "dd", "ee"]);
    network.plane.heal();
    expect(await reaches(network, "a", "e")).toBe(true);
  });

  test("take along what is on its way", async () => {
    const network = createPlane({ latencyMs: 100 });
    const { clock, plane } = network;
    let lost = 0;
    plane.send({ from: "a", to: "b", bytes: 1, onArrival: () => expect.unreachable(), onLoss: () => lost++ });
    await clock.advance(50);
    plane.partition(["a"]);
    await clock.advance(100);
    expect(lost).toBe(1);
  });
});

test("links differ: per pair, per direction, and by later changes", async () => {
  const { plane } = createPlane({ latencyMs: 5 });
  plane.link("a", "b", { latencyMs: 50 });
  plane.link("a", "b", { loss: 1 }, { oneWay: true });
  plane.change({ jitterMs: 3, latencyMs: 7 });
  expect(plane.conditions("a", "b")).toMatchObject({ latencyMs: 50, loss: 1, jitterMs: 3 });
  expect(plane.conditions("b", "a")).toMatchObject({ latencyMs: 50, loss: 0, jitterMs: 3 });
  expect(plane.conditions("a", "c")).toMatchObject({ latencyMs: 7, loss: 0, jitterMs: 3 });
});

test("the same seed gives the same trace, and what others send changes nothing", async () => {
  const conditions = { latencyMs: 10, jitterMs: 10, loss: 0.1, reorder: 0.1, duplicate: 0.1 };
  const trace = async (seed: number, bystanders: boolean): Promise<PacketEvent[]> => {
    const network = createPlane(conditions, seed);
    const events: PacketEvent[] = [];
    network.plane.observe((event) => event.from === "a" && events.push(event));
    if (bystanders) {
      for (let number = 0; number < 100; number++) network.plane.send({ from: "c", to: "b", bytes: 9, onArrival() {} });
    }
    await stream(network, 300);
    return events;
  };
  const first = await trace(1, false);
  expect(first.length).toBeGreaterThan(300);
  expect(await trace(1, false)).toEqual(first);
  expect(await trace(1, true)).toEqual(first);
  expect(await trace(2, false)).not.toEqual(first);
});

test.each([
  { loss: 1.1 },
  { loss: Number.NaN },
  { reorder: -0.1 },
  { latencyMs: -1 },
  { jitterMs: Number.POSITIVE_INFINITY },
  { bandwidthBytesPerSecond: 0 },
])("%o is refused", (conditions) => {
  expect(() => createPlane(conditions)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});
