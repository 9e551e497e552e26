import { assertNothingLeft, createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { ConnectionAdapter } from "../adapter.js";
import type { Driver } from "../driver.js";
import { camera, createRoom, end, join, seen, type Member } from "../media/testing/media-room.js";
import { loadRoom } from "../room/load-room.js";
import { Members } from "../room/testing/members.js";
import { roomTopic } from "../signaling/room-topic.js";
import { silentLogger } from "../util/logger.js";
import { PairRecord } from "../snapshot/pair-record.js";
import { Dialer } from "./dialer.js";
import { createPair, leave, type PairOfPeers } from "./testing/pair-of-peers.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

test("a remote that restarted is another: what was under way fails and says so, and channels open anew", async () => {
  const pair = await createPair({ traceTimers: true });
  const { clock, members, network, restart } = pair;
  const [a] = members;
  await clock.runUntil(a.peer.open("chat"));
  const before = a.remote();
  const transfer = before.send(new Uint8Array(8_000_000), "chat").catch(({ code }: { code: string }) => code);
  members[1].peer.respond("never", () => new Promise(() => {}));
  const reply = before.request("never").catch(({ code }: { code: string }) => code);
  await clock.advance(50);
  const got: unknown[] = [];
  const again = restart(1);
  again.peer.on("channel:message", ({ data }) => void data.then((value) => got.push(value)));
  await clock.runUntil(again.peer.join("room"));
  expect(await clock.runUntil(Promise.all([transfer, reply]))).toEqual(["REMOTE_RESTARTED", "REMOTE_RESTARTED"]);
  await clock.advance(5_000);
  expect([before.state, a.remote() === before, a.remote().id]).toEqual(["closed", false, before.id]);
  expect(a.events).toContain("closed (replaced)");
  await clock.runUntil(a.remote().send("to the new one", "chat").then());
  expect(got).toEqual(["to the new one"]);
  await leave(pair);
  await assertNothingLeft(network);
});

test("a stream that is shared goes on over another connection: the same stream, with tracks of that one", async () => {
  const room = createRoom();
  const [a, b] = room.members as [Member, Member, Member];
  await join(room, a, b);
  a.peer.share({ label: "camera", stream: camera("of a", "audio", "video") });
  b.peer.share({ label: "screen", stream: camera("of b", "video") });
  await room.clock.advance(500);
  const views = [seen(b, a), seen(a, b)];
  expect(views).toEqual([{ camera: ["of a audio", "of a video"] }, { screen: ["of b video"] }]);
  const natives = [a, b].map(({ peer }) => [...peer.remotes.values()][0]?.connection);
  const streams = [a, b].map(({ peer }) => [...([...peer.remotes.values()][0]?.streams.values() ?? [])]);
  room.network.partition(["a"]);
  await room.clock.advance(20_000);
  room.network.heal();
  await room.clock.advance(15_000);
  for (const [index, { peer }] of [a, b].entries()) {
    expect([...peer.remotes.values()][0]?.state).toBe("connected");
    expect([...peer.remotes.values()][0]?.connection).not.toBe(natives[index]);
  }
  expect([seen(b, a), seen(a, b)]).toEqual(views);
  for (const [index, { peer, events }] of [a, b].entries()) {
    expect([...([...peer.remotes.values()][0]?.streams.values() ?? [])]).toEqual(streams[index]);
    expect(events.filter((event) => event.startsWith("stream"))).toHaveLength(1);
  }
  await end(room);
});

test("whoever is refused hears that as the reason, and what waited for the other fails with it", async () => {
  const room = new Members();
  const [host, guest] = [room.create("host"), room.create("guest")];
  let transfer: Promise<unknown> | undefined;
  guest.peer.on("connection:new", ({ remote }) => {
    transfer = remote.send("hello").catch(({ code, message }: Error & { code: string }) => `${code}: ${message}`);
  });
  await room.join(host, { verify: () => false });
  await room.join(guest);
  await room.clock.advance(5_000);
  expect(guest.heard).toEqual(["new host", "closed refused host"]);
  expect(await transfer).toMatch(/^CONNECTION_CLOSED: .*\(refused\)/);
  expect(host.heard).toEqual([]);
  await room.end();
});

describe("an epoch", () => {
  test("that is later replaces the attempt under way, and what belongs to an earlier one is dropped", async () => {
    const clock = new VirtualClock();
    const network = new SimulatedNetwork({ clock });
    const simulated = createSimulatedAdapter(network, { host: "a" });
    const offers: string[][] = [];
    const adapter: ConnectionAdapter = {
      ...simulated,
      createConnection: (options) => {
        const connection = simulated.createConnection(options);
        const own: string[] = [];
        offers.push(own);
        const acceptOffer = connection.acceptOffer.bind(connection);
        connection.acceptOffer = (offer) => {
          own.push(offer.sdp);
          return acceptOffer(offer).catch(() => new Promise<never>(() => {}));
        };
        return connection;
      },
    };
    const dialer = new Dialer({
      adapter,
      clock,
      logger: silentLogger,
      iceTransportPolicy: "all",
      heartbeatTimeoutMs: 5_000,
      offering: false,
      record: new PairRecord(clock),
      remoteId: "b",
      iceServers: async () => [],
      reconnect: { timeoutMs: 60_000, minDelayMs: 200, maxDelayMs: 1_000 },
      random: () => 0,
      canSignal: () => true,
      checkSignaling: () => {},
      arrived: () => 0,
      push: () => {},
      media: { describe: () => undefined, receive: () => {} },
      adopt: () => ({ m: 0, c: [] }),
      onUp: () => {},
      onMessage: () => {},
      onBuilding: () => {},
      onLost: () => {},
      onTrying: () => {},
      onRecovered: () => {},
      onDown: () => {},
      onError: () => {},
    });
    const offer = (e: number): void =>
      dialer.receive({ t: "description", e, description: { type: "offer", sdp: `of ${e}` } });
    await dialer.start();
    offer(3);
    await clock.advance(0);
    offer(1);
    offer(2);
    await clock.advance(0);
    expect(offers).toEqual([[], ["of 3"]]);
    await clock.runUntil(dialer.close());
    await assertNothingLeft(network);
  });
});

describe("a change of the network", () => {
  test("another connection is begun before the loss is known, and is the one that takes over", async () => {
    const pair = await createPair({ disconnectedAfterMs: 60_000, failedAfterMs: 120_000 });
    const { clock, members, network } = pair;
    const [a] = members;
    network.partition(["a"]);
    a.machine().networkChanged();
    await clock.advance(400);
    expect([a.remote().state, a.connections.length]).toEqual(["connected", 2]);
    await clock.advance(2_000);
    expect([a.remote().state, a.connections.length]).toEqual(["connecting", 2]);
    network.heal();
    await clock.advance(1_000);
    expect(members.map(({ remote }) => remote().state)).toEqual(["connected", "connected"]);
    expect(a.remote().connection).toBe(a.connections[1]?.native);
    await leave(pair);
    await assertNothingLeft(network);
  });

  test("the one that was begun while there was no network is begun anew when there is", async () => {
    const pair = await createPair({ disconnectedAfterMs: 60_000, failedAfterMs: 120_000 });
    const { clock, members, network } = pair;
    const [a] = members;
    network.partition(["a"]);
    a.machine().networkChanged();
    await clock.advance(1_500);
    expect([a.remote().state, a.connections.length]).toEqual(["connected", 2]);
    network.heal();
    // The one in use answers a second later only.
    network.link("a", "b", { latencyMs: 500 });
    a.machine().networkChanged();
    expect(a.connections).toHaveLength(3);
    await clock.advance(5_000);
    expect(members.map(({ remote }) => remote().state)).toEqual(["connected", "connected"]);
    await leave(pair);
    await assertNothingLeft(network);
  });

  test("the one that was begun is dropped when the old one answers, and nobody is told of it", async () => {
    const pair = await createPair({ disconnectedAfterMs: 60_000, failedAfterMs: 120_000 });
    const { clock, members, network } = pair;
    const [a] = members;
    const natives = members.map(({ remote }) => remote().connection);
    const events = members.map((each) => [...each.events]);
    network.link("a", "b", { latencyMs: 400 });
    a.machine().networkChanged();
    await clock.advance(500);
    expect(a.connections).toHaveLength(2);
    await clock.advance(10_000);
    expect(members.map(({ remote }) => remote().connection)).toEqual(natives);
    expect(members.map((each) => each.events)).toEqual(events);
    expect(network.live.connections).toBe(2);
    await leave(pair);
    await assertNothingLeft(network);
  });

  test("that broke nothing builds nothing", async () => {
    const pair = await createPair();
    const { clock, members, network } = pair;
    for (const { machine } of members) machine().networkChanged();
    await clock.advance(5_000);
    expect(members.map(({ connections }) => connections.length)).toEqual([1, 1]);
    await leave(pair);
    await assertNothingLeft(network);
  });
});

describe("a pair that talks all the time", () => {
  /** A line every 50 ms, both ways, for so long. */
  async function chat({ clock, members }: PairOfPeers, forMs: number): Promise<void> {
    for (let ms = 0; ms < forMs; ms += 50) {
      for (const { remote } of members)
        void remote()
          .send(`line at ${ms}`, "chat")
          .catch(() => {});
      await clock.advance(50);
    }
  }

  test("and falls silent asks its broker; if that is silent, too, another connection is begun when it is back", async () => {
    const pair = await createPair({ disconnectedAfterMs: 60_000, failedAfterMs: 120_000 });
    const { clock, members, network } = pair;
    const [{ connections, driver }] = members;
    await clock.runUntil(members[0].peer.open("chat"));
    const checks: number[] = [];
    for (const each of members) (each.driver as Driver).check = () => void checks.push(clock.now());
    await chat(pair, 5_000);
    expect(checks).toEqual([]);
    const at = clock.now();
    network.partition(["a"]);
    await chat(pair, 700);
    expect(checks).toHaveLength(2);
    for (const each of checks) expect(each - at).toBeLessThan(650);
    // Nobody begins, as long as it may be the line alone.
    expect(connections).toHaveLength(1);
    driver.goOffline();
    network.heal();
    network.link("a", "b", { latencyMs: 500 });
    driver.goOnline();
    await clock.advance(50);
    expect(connections).toHaveLength(2);
    await clock.advance(5_000);
    expect(members.map(({ remote }) => remote().state)).toEqual(["connected", "connected"]);
    await leave(pair);
    await assertNothingLeft(network);
  });

  test("over a line that loses a tenth and is up to 300 ms late is left in peace", async () => {
    const pair = await createPair({ disconnectedAfterMs: 60_000, failedAfterMs: 120_000 });
    const { clock, members, network } = pair;
    await clock.runUntil(members[0].peer.open("chat"));
    await clock.advance(100);
    const events = members.map((each) => [...each.events]);
    network.change({ loss: 0.1, jitterMs: 300 });
    await chat(pair, 120_000);
    expect(members.map((each) => each.events)).toEqual(events);
    for (const { connections } of members) expect(connections).toHaveLength(1);
    await leave(pair);
    await assertNothingLeft(network);
  });
});
