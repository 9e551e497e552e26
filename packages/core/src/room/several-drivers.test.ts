import {
  assertNothingLeft,
  createSimulatedAdapter,
  type SimulatedDriver,
  SimulatedNetwork,
  VirtualClock,
} from "@peerhood/testing";
import { beforeAll, expect, test } from "vitest";
import { Peer } from "../peer.js";
import { roomTopic } from "../signaling/room-topic.js";
import { silentLogger } from "../util/logger.js";
import { loadRoom } from "./load-room.js";

// Loaded by import() once, which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

test("a room over two brokers: members of either find each other, one broker is away, none holds up leaving", async () => {
  const clock = new VirtualClock();
  const network = new SimulatedNetwork({ clock, latencyMs: 5 });
  const other = new SimulatedNetwork({ clock, latencyMs: 30 });
  const member = (host: string): { peer: Peer; a: SimulatedDriver; b: SimulatedDriver; connected: () => number } => {
    const a = network.createDriver(host);
    const b = other.createDriver(host);
    const peer = new Peer({ adapter: createSimulatedAdapter(network, { host }), driver: [a, b], logger: silentLogger });
    let count = 0;
    peer.on("connection:connected", () => count++);
    return { peer, a, b, connected: () => count };
  };
  const [one, two, three] = [member("one"), member("two"), member("three")];
  two.a.goOffline();
  three.b.goOffline();
  await clock.runUntil(Promise.all([one, two, three].map(({ peer }) => peer.join("room"))));
  await clock.advance(2_000);
  expect([...one.peer.remotes.values()].map(({ state }) => state)).toEqual(["connected", "connected"]);
  // They have no broker in common until one of both is back.
  expect([two.peer.remotes.size, three.peer.remotes.size]).toEqual([1, 1]);
  two.a.goOnline();
  await clock.advance(2_000);
  expect([two.peer.remotes.size, three.peer.remotes.size]).toEqual([2, 2]);
  for (const { connected } of [one, two, three]) expect(connected()).toBe(2);
  await clock.runUntil(Promise.all([one, two, three].map(({ peer }) => peer.leave())));
  expect(one.a.state).toBe("open");
  for (const { a, b } of [one, two, three]) await Promise.all([a.close(), b.close()]);
  await clock.advance(1_000);
  await assertNothingLeft(network);
  await assertNothingLeft(other);
});

test("an empty list of drivers is refused", () => {
  const network = new SimulatedNetwork({ clock: new VirtualClock() });
  const adapter = createSimulatedAdapter(network, { host: "one" });
  expect(() => new Peer({ adapter, driver: [] })).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});
