import { createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import { fc } from "@peerhood/testing/test-support/fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Peer } from "../peer.js";
import { roomTopic } from "../signaling/room-topic.js";
import { loadRoom } from "./load-room.js";
import { silentLogger } from "../util/logger.js";

/** What one member of a run does. */
interface Plan {
  readonly joinAtMs: number;
  /** Stays for so long, then leaves and joins again; `undefined`: stays. */
  readonly rejoinAfterMs: number | undefined;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  joinAtMs: fc.nat(3_000),
  rejoinAfterMs: fc.option(fc.integer({ min: 1, max: 4_000 }), { nil: undefined }),
});

const badBroker = fc.record({
  latencyMs: fc.nat(120),
  jitterMs: fc.nat(300),
  loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
  duplicate: fc.double({ min: 0, max: 0.5, noNaN: true }),
  reorder: fc.double({ min: 0, max: 0.5, noNaN: true }),
});

// Loaded by import() once, which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

describe("members over a broker that loses, delays, doubles and reorders", () => {
  test("end in exactly one connection per pair, and leave nothing behind", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(plan, { minLength: 2, maxLength: 4 }),
        badBroker,
        fc.nat(),
        async (plans, signaling, seed) => {
          const clock = new VirtualClock();
          const network = new SimulatedNetwork({ clock, seed, latencyMs: 5, jitterMs: 5, signaling });
          const members = plans.map((each, index) => {
            const adapter = createSimulatedAdapter(network, { host: `host ${index}` });
            const driver = network.createDriver(`host ${index}`);
            const peer = new Peer({ adapter, driver, logger: silentLogger });
            /** Connections with each other stay, by ids: how often they came about. */
            const connected = new Map<string, number>();
            peer.on("connection:connected", ({ id, remote }) => {
              const pair = [id, remote.id].join();
              connected.set(pair, (connected.get(pair) ?? 0) + 1);
            });
            return { plan: each, peer, driver, connected };
          });
          await clock.runUntil(
            Promise.all(
              members.map(async ({ plan: { joinAtMs, rejoinAfterMs }, peer }) => {
                const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimeout(resolve, ms));
                await wait(joinAtMs);
                await peer.join("room");
                if (rejoinAfterMs === undefined) return;
                await wait(rejoinAfterMs);
                await peer.leave();
                await peer.join("room");
              }),
            ),
          );
          await clock.advance(90_000);

          const ids = members.map(({ peer }) => peer.id);
          for (const { peer, connected } of members) {
            const others = ids.filter((id) => id !== peer.id);
            expect([...peer.remotes.keys()].sort()).toEqual(others.sort());
            expect([...peer.remotes.values()].map(({ state }) => state)).toEqual(others.map(() => "connected"));
            for (const other of others) expect(connected.get([peer.id, other].join())).toBe(1);
          }
          expect(network.live.connections).toBe(ids.length * (ids.length - 1));

          await clock.runUntil(Promise.all(members.map(({ peer }) => peer.leave())));
          await clock.runUntil(Promise.all(members.map(({ driver }) => driver.close())));
          await clock.advance(5_000);
          expect(network.live).toMatchObject({ connections: 0, channels: 0, subscriptions: 0, timers: 0 });
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("one label opened from both sides", () => {
  test("is one channel, whenever each opens it and whoever closes it", { timeout: 60_000 }, async () => {
    const step = fc.record({ side: fc.nat(1), atMs: fc.nat(400), act: fc.constantFrom("open", "open", "close") });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.nat(), async (steps, seed) => {
        const clock = new VirtualClock();
        const network = new SimulatedNetwork({ clock, seed, latencyMs: 20, jitterMs: 40, loss: 0.05 });
        const peers = ["a", "b"].map((host) => {
          const adapter = createSimulatedAdapter(network, { host });
          return new Peer({ adapter, driver: network.createDriver(host), logger: silentLogger });
        });
        const got: string[] = [];
        for (const peer of peers) peer.on("channel:message", async ({ data }) => void got.push(String(await data)));
        const met = Promise.all(
          peers.map((peer) => new Promise((resolve) => void peer.once("connection:connected", resolve))),
        );
        await clock.runUntil(Promise.all([...peers.map((peer) => peer.join("room")), met]));
        const remotes = peers.map((peer) => [...peer.remotes.values()][0]);
        const acts = steps.map(
          ({ side, atMs, act }) =>
            new Promise<void>((resolve) => {
              clock.setTimeout(() => {
                const remote = remotes[side];
                const done = act === "open" ? remote?.open("x") : remote?.close("x");
                void done?.catch(() => {}).then(() => resolve());
              }, atMs);
            }),
        );
        await clock.runUntil(Promise.all(acts));
        await clock.advance(30_000);
        // Whatever happened: opened once more from both sides it works, both ways, and is one.
        await clock.runUntil(Promise.all(remotes.map((remote) => remote?.open("x"))));
        await clock.runUntil(Promise.all(remotes.map((remote, side) => remote?.send(`from ${side}`, "x"))));
        await clock.advance(1_000);
        expect(got.sort()).toEqual(["from 0", "from 1"]);
        expect(remotes.map((remote) => [...(remote?.channels.keys() ?? [])])).toEqual([["x"], ["x"]]);
        expect(new Set(remotes.map((remote) => remote?.channels.get("x")?.id)).size).toBe(1);
        await clock.runUntil(Promise.all(peers.map((peer) => peer.leave())));
      }),
      { numRuns: 150 },
    );
  });
});
