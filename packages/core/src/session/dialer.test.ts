import { assertNothingLeft, createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { ConnectionAdapter } from "../adapter.js";
import { PeerhoodError } from "../errors.js";
import { Peer } from "../peer.js";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { silentLogger } from "../util/logger.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

/** The adapter, whose first connections fail in the moment in which they would be connected. */
function failing(adapter: ConnectionAdapter, times: number): ConnectionAdapter & { made: number } {
  const broken = {
    ...adapter,
    made: 0,
    createConnection: (options: Parameters<ConnectionAdapter["createConnection"]>[0]) => {
      const fails = broken.made++ < times;
      const connection = adapter.createConnection({
        ...options,
        handlers: {
          ...options.handlers,
          state: (state) => {
            if (!fails || state !== "connected") return options.handlers.state(state);
            options.handlers.state("failed");
            void connection.close();
          },
        },
      });
      return connection;
    },
  };
  return broken;
}

/** Two peers join; the one at `first` or `second` has so many connections that fail. */
async function meet(times: { first?: number; second?: number }) {
  const clock = new VirtualClock({ traceTimers: true });
  const network = new SimulatedNetwork({ clock, seed: 1, latencyMs: 5 });
  const events: string[] = [];
  const peers = (["first", "second"] as const).map((host) => {
    const adapter = failing(createSimulatedAdapter(network, { host }), times[host] ?? 0);
    const peer = new Peer({ adapter, driver: network.createDriver(host), logger: silentLogger });
    peer.on("connection", ({ name }) => void events.push(`${host} ${name}`));
    return { peer, adapter };
  });
  await clock.runUntil(Promise.all(peers.map(({ peer }) => peer.join("room"))));
  await clock.advance(3_000);
  const states = peers.map(({ peer }) => [...peer.remotes.values()].map(({ state }) => state));
  const made = peers.map(({ adapter }) => adapter.made);
  await clock.runUntil(Promise.all(peers.map(({ peer }) => peer.leave())));
  await assertNothingLeft(network);
  return { states, made, events: events.filter((event) => !/closed|quality/.test(event)).sort() };
}

const MET = ["first", "second"].flatMap((host) =>
  ["connected", "connecting", "new"].map((state) => `${host} connection:${state}`),
);

describe("an attempt to connect that fails is followed by another, which nobody sees", () => {
  test.each([
    ["at one side", { first: 1 }],
    ["at the other", { second: 1 }],
    ["at both", { first: 1, second: 1 }],
    ["twice", { first: 2 }],
    ["twice at the other", { second: 2 }],
    ["at one, then at the other", { first: 1, second: 2 }],
  ])("%s", async (_, times) => {
    const { states, made, events } = await meet(times);
    expect(states).toEqual([["connected"], ["connected"]]);
    expect(events).toEqual(MET);
    const expected = Math.max(...Object.values(times)) + 1;
    expect(made).toEqual([expected, expected]);
  });

  test("three in a row are told once at each side, and both meet again as new remotes", async () => {
    const { states, events } = await meet({ first: 3 });
    expect(states).toEqual([["connected"], ["connected"]]);
    const eachSide = ["connected", "connecting", "connecting", "failed", "new", "new"];
    const expected = ["first", "second"].flatMap((host) => eachSide.map((state) => `${host} connection:${state}`));
    expect(events).toEqual(expected);
  });
});

test("join rejects where WebRTC is missing, and leaves nothing running", async () => {
  const clock = new VirtualClock({ traceTimers: true });
  const network = new SimulatedNetwork({ clock, seed: 1 });
  const missing = new PeerhoodError("NATIVE_MODULE_MISSING", "There is none.");
  const load = (): void => {
    throw missing;
  };
  const driver = network.createDriver("here");
  const peer = new Peer({ adapter: { ...createSimulatedAdapter(network, { host: "here" }), load }, driver });
  await expect(peer.join("room")).rejects.toBe(missing);
  expect(peer.active).toBe(false);
  await assertNothingLeft(network);
});
