import { assertNothingLeft, createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { Peer } from "../peer.js";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { silentLogger } from "../util/logger.js";
import { QUALITY_INTERVAL_MS } from "./constants.js";
import { QualityJudge } from "./quality-level.js";

// Loaded by import() once, which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

describe("the rule", () => {
  const level = (roundTripTimeMs: number | undefined, lost = 0, known = 1_000): string => {
    const judge = new QualityJudge();
    judge.add({ roundTripTimeMs, packets: { known: 0, lost: 0 } });
    return judge.add({ roundTripTimeMs, packets: { known, lost } }).level;
  };

  it.each([
    [0, 0, "good"],
    [299, 9, "good"],
    [300, 0, "fair"],
    [10, 10, "fair"],
    [799, 29, "fair"],
    [800, 0, "poor"],
    [10, 30, "poor"],
    [undefined, 0, "poor"],
  ])("a round trip of %s ms and %s of 1,000 packets lost are %s", (roundTripMs, lost, expected) => {
    expect(level(roundTripMs, lost)).toBe(expected);
  });

  it("does not judge by the loss of a few packets", () => {
    expect(level(10, 20, 99)).toBe("good");
    expect(level(10, 20, 100)).toBe("poor");
  });

  it("takes the median of five: two bursts change nothing, a third does", () => {
    const judge = new QualityJudge();
    const add = (roundTripTimeMs: number): string => judge.add({ roundTripTimeMs, packets: undefined }).level;
    for (let index = 0; index < 5; index++) expect(add(20)).toBe("good");
    expect([add(900), add(900), add(900)]).toEqual(["good", "good", "poor"]);
  });

  it("counts anew on another connection", () => {
    const judge = new QualityJudge();
    judge.add({ roundTripTimeMs: 1, packets: { known: 10_000, lost: 9_000 } });
    expect(judge.add({ roundTripTimeMs: 1, packets: { known: 5, lost: 5 } })).toMatchObject({ loss: undefined });
  });
});

describe("connection:quality", () => {
  async function meet(): Promise<{
    clock: VirtualClock;
    network: SimulatedNetwork;
    peers: [Peer, Peer];
    end(): Promise<void>;
  }> {
    const clock = new VirtualClock();
    const network = new SimulatedNetwork({ clock, latencyMs: 20 });
    const drivers = ["a", "b"].map((host) => network.createDriver(host));
    const peers = ["a", "b"].map((host, index) => {
      const driver = drivers[index];
      if (driver === undefined) throw new Error("no driver");
      return new Peer({ adapter: createSimulatedAdapter(network, { host }), driver, logger: silentLogger });
    }) as [Peer, Peer];
    const met = Promise.all(peers.map((peer) => new Promise((ok) => void peer.once("connection:connected", ok))));
    await clock.runUntil(Promise.all([...peers.map((peer) => peer.join("room")), met]));
    const end = async (): Promise<void> => {
      await clock.runUntil(Promise.all(peers.map((peer) => peer.leave())));
      await clock.runUntil(Promise.all(drivers.map((driver) => driver.close())));
      await clock.advance(5_000);
      await assertNothingLeft(network);
    };
    return { clock, network, peers, end };
  }

  it("tells the level soon, and each change, with what it was measured by", async () => {
    const { clock, network, peers, end } = await meet();
    const told: { level: string; roundTripTimeMs: number | undefined }[] = [];
    peers[0].on("connection:quality", ({ level, roundTripTimeMs }) => told.push({ level, roundTripTimeMs }));
    await clock.advance(60_000);
    expect(told).toEqual([{ level: "good", roundTripTimeMs: 40 }]);
    for (const [latencyMs, level] of [
      [200, "fair"],
      [450, "poor"],
      [20, "good"],
    ] as const) {
      network.change({ latencyMs });
      const at = clock.now();
      while (told.at(-1)?.level !== level && clock.now() < at + 30_000) await clock.advance(500);
      expect(told.at(-1)).toEqual({ level, roundTripTimeMs: latencyMs * 2 });
      // Three of five samples.
      expect(clock.now() - at).toBeLessThanOrEqual(4 * (QUALITY_INTERVAL_MS + 900));
    }
    expect(told.length).toBe(4);
    await end();
  });

  it("tells poor while packets are lost, where the adapter knows, and loss as a share", async () => {
    const { clock, network, peers, end } = await meet();
    await clock.runUntil(Promise.all(peers.map((peer) => peer.open("bulk"))));
    const told: (readonly [string, number | undefined])[] = [];
    peers[0].on("connection:quality", ({ level, loss }) => told.push([level, loss]));
    network.change({ loss: 0.1 });
    for (let index = 0; index < 100; index++) {
      void peers[0].send(new Uint8Array(100_000), "bulk");
      await clock.advance(200);
    }
    const poor = told.find(([level]) => level === "poor");
    expect(poor?.[1]).toBeGreaterThan(0.04);
    expect(poor?.[1]).toBeLessThan(0.2);
    await end();
  });

  it("measures nothing while nobody listens, and nothing is left after leaving", async () => {
    const { clock, network, end } = await meet();
    let packets = 0;
    network.observe(() => packets++);
    await clock.advance(60_000);
    const idle = packets;
    // Checks of ICE and a question every 2 s: the monitor would double them.
    expect(idle).toBeLessThan(500);
    await end();
  });
});
