import { assertNothingLeft, createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { HostEvents } from "../adapter.js";
import { Peer } from "../peer.js";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { silentLogger } from "../util/logger.js";

// Loaded by import() once, which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

async function meet(heartbeatTimeoutMs?: number): Promise<{
  clock: VirtualClock;
  network: SimulatedNetwork;
  peers: [Peer, Peer];
  /** Of the first one's machine. */
  host: HostEvents;
  watching: () => number;
  end(): Promise<void>;
}> {
  const clock = new VirtualClock();
  const network = new SimulatedNetwork({ clock, latencyMs: 20 });
  const watchers: HostEvents[] = [];
  const drivers = ["a", "b"].map((host) => network.createDriver(host));
  const peers = ["a", "b"].map((host, index) => {
    const adapter = {
      ...createSimulatedAdapter(network, { host, disconnectedAfterMs: 60_000, failedAfterMs: 120_000 }),
      watchHost(events: HostEvents): () => void {
        if (host === "a") watchers.push(events);
        return () => void watchers.splice(watchers.indexOf(events), 1);
      },
    };
    return new Peer({
      adapter,
      ...(drivers[index] && { driver: drivers[index] }),
      logger: silentLogger,
      ...(heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs }),
    });
  }) as [Peer, Peer];
  const met = Promise.all(
    peers.map((peer) => new Promise((resolve) => void peer.once("connection:connected", resolve))),
  );
  await clock.runUntil(Promise.all([...peers.map((peer) => peer.join("room")), met]));
  const [host] = watchers;
  if (host === undefined) throw new Error("Nobody watches the machine.");
  return {
    clock,
    network,
    peers,
    host,
    watching: () => watchers.length,
    async end() {
      await clock.runUntil(Promise.all(peers.map((peer) => peer.leave())));
      await clock.runUntil(Promise.all(drivers.map((driver) => driver.close())));
      await clock.advance(5_000);
      await assertNothingLeft(network);
    },
  };
}

const CHANGES = ["connection:disconnected", "connection:failed", "connection:closed", "connection:connected"] as const;

/** Milliseconds until a peer has been told that the other is no longer there. */
function gone(clock: VirtualClock, peer: Peer): Promise<number> {
  const start = clock.now();
  return new Promise((resolve) => {
    for (const name of ["connection:disconnected", "connection:failed"] as const) {
      peer.once(name, () => resolve(clock.now() - start));
    }
  });
}

describe("a remote that vanishes", () => {
  test.each([
    [undefined, 5_000],
    [2_000, 2_000],
  ])("is known within the bound (%s)", async (heartbeatTimeoutMs, boundMs) => {
    const { clock, network, peers, end } = await meet(heartbeatTimeoutMs);
    await clock.advance(30_000);
    network.partition(["b"]);
    const took = await clock.runUntil(Promise.all(peers.map((peer) => gone(clock, peer))));
    for (const ms of took) {
      expect(ms).toBeGreaterThan(boundMs / 2);
      expect(ms).toBeLessThanOrEqual(boundMs * 1.1);
    }
    network.heal();
    await end();
  });

  test("is not taken to be gone while 10 % of the packets are lost, for ten minutes", async () => {
    const { clock, network, peers, end } = await meet();
    network.change({ loss: 0.1, jitterMs: 300 });
    let told = 0;
    for (const peer of peers) for (const name of CHANGES) peer.on(name, () => told++);
    await clock.advance(600_000);
    expect(told).toBe(0);
    await end();
  });
});

describe("what the machine tells", () => {
  test("a change of the network: a connection that is dead is known within two seconds or so", async () => {
    const { clock, network, peers, host, end } = await meet(10_000);
    network.partition(["b"]);
    host.networkChanged();
    expect(await clock.runUntil(gone(clock, peers[0]))).toBeLessThan(3_100);
    network.heal();
    await end();
  });

  test("a change of the network that changed nothing changes nothing", async () => {
    const { clock, peers, host, end } = await meet();
    let told = 0;
    for (const peer of peers) for (const name of CHANGES) peer.on(name, () => told++);
    host.networkChanged();
    await clock.advance(20_000);
    expect(told).toBe(0);
    await end();
  });

  test("a page that goes away: both sides know that it left, and nobody watches any more", async () => {
    const { clock, peers, host, watching, end } = await meet();
    const reasons: string[] = [];
    for (const peer of peers) peer.on("connection:closed", ({ reason }) => reasons.push(reason));
    host.goingAway();
    await clock.advance(1_000);
    expect(reasons).toEqual(["left", "left"]);
    expect(peers[0].active).toBe(false);
    expect(watching()).toBe(0);
    await end();
  });
});
