import { createTestRoom, type TestNetwork, type TestRoom } from "@peerhood/testing";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Peer } from "../peer.js";
import { MAX_EVENTS, MAX_GONE, MAX_SIGNALS, MAX_STATES } from "./constants.js";
import { PairRecord } from "./pair-record.js";
import { Ring } from "./ring.js";
import type { PeerSnapshot, RemoteSnapshot } from "./snapshot.js";

// Loaded by import() once, which no virtual clock can wait for.
beforeAll(() => import("./take-snapshot.js"));

let room: TestRoom<"alice" | "bob" | "carol"> | undefined;
afterEach(async () => {
  const last = room;
  room = undefined;
  await last?.close();
});

async function open(peers: ("alice" | "bob" | "carol")[] = ["alice", "bob"], network: TestNetwork = { latencyMs: 20 }) {
  const opened = (await createTestRoom({ peers, network })) as TestRoom<"alice" | "bob" | "carol">;
  room = opened;
  return { room: opened, ...opened.peers };
}

async function remoteOf(peer: Peer, of: Peer): Promise<RemoteSnapshot> {
  const { remotes } = await peer.snapshot();
  const remote = remotes.find(({ id }) => id === of.id);
  if (remote === undefined) throw new Error("It is not in the snapshot.");
  return remote;
}

const kinds = ({ signals }: RemoteSnapshot): string[] => signals.map(({ direction, kind }) => `${direction} ${kind}`);
const mirrored = (list: readonly string[]): string[] =>
  list.map((each) => each.replace(/^\w+/, (direction) => (direction === "sent" ? "received" : "sent")));

describe("peer.snapshot()", () => {
  it("of a peer in no room says so, and how its driver is", async () => {
    const { alice } = await open();
    await alice.open("chat");
    expect(await alice.snapshot()).toMatchObject({
      version: 1,
      id: "",
      room: "",
      active: false,
      adapter: "simulated",
      signaling: { state: expect.stringMatching(/connecting|open/), messagesSent: 0, messagesReceived: 0 },
      channels: ["chat"],
      remotes: [],
      gone: [],
      events: [],
      errors: [],
    });
  });

  it("shows how two came to be connected, the same from both ends", async () => {
    const { room, alice, bob } = await open();
    await alice.open("chat");
    await room.joinAll({ room: "lobby", metadata: { name: "somebody" } });
    await room.settled();
    const [offerer, answerer] = alice.id < bob.id ? [alice, bob] : [bob, alice];
    const snapshot = await offerer.snapshot();
    expect(snapshot).toMatchObject({ id: offerer.id, room: "lobby", active: true, metadata: { name: "somebody" } });
    expect(snapshot.signaling.state).toBe("open");
    expect(snapshot.signaling.messagesSent).toBeGreaterThan(2);
    expect(snapshot.events.map(({ name }) => name)).toEqual([
      "connection:new",
      "connection:connecting",
      "connection:connected",
      "channel:new",
      "channel:open",
    ]);

    const ours = await remoteOf(offerer, answerer);
    expect(ours).toMatchObject({ state: "connected", admitted: true, metadata: { name: "somebody" } });
    expect(ours.states.map(({ state }) => state)).toEqual(["new", "connecting", "connected"]);
    const times = [...ours.signals, ...ours.states].map(({ at }) => at);
    expect(Math.max(...times)).toBeLessThanOrEqual(snapshot.at);
    expect(ours.signals.map(({ at }) => at)).toEqual(ours.signals.map(({ at }) => at).toSorted((a, b) => a - b));

    const theirs = await remoteOf(answerer, offerer);
    expect(kinds(ours)).toEqual(expect.arrayContaining(["sent intro", "sent accept", "sent offer", "received answer"]));
    expect(kinds(ours)).toEqual(expect.arrayContaining(["sent hello", "received hello", "sent candidate"]));
    expect(kinds(theirs).toSorted()).toEqual(mirrored(kinds(ours)).toSorted());
    const find = (kind: string) => ours.signals.find((signal) => signal.kind === kind);
    expect(find("intro")).toMatchObject({ stage: "meeting", via: "driver" });
    expect(find("intro")).not.toHaveProperty("epoch");
    expect(find("offer")).toMatchObject({ stage: "negotiation", via: "driver", epoch: 1 });
    expect(find("candidate")).toMatchObject({ detail: "host", epoch: 1 });
    expect(find("hello")).toMatchObject({ via: "connection", epoch: 1 });
  });

  it("counts what goes over each channel, both ways, and lists no message", async () => {
    const { room, alice, bob } = await open();
    await alice.open("chat");
    await alice.open({ label: "game", ordered: false, maxRetransmits: 0 });
    bob.on("channel:message", () => {});
    await room.joinAll();
    for (let index = 0; index < 200; index++) await room.until(alice.send("x".repeat(100), "chat"));
    await room.settled();
    const [mine, theirs] = [await remoteOf(alice, bob), await remoteOf(bob, alice)];
    const [chat, game] = mine.channels;
    expect(chat).toMatchObject({ label: "chat", readyState: "open", ordered: true, reliable: true, protocol: "" });
    expect(chat).toMatchObject({ messagesSent: 200, messagesReceived: 0, transfers: 0, bufferedAmount: 0 });
    expect(chat?.bytesSent).toBeGreaterThan(20_000);
    expect(game).toMatchObject({ label: "game", ordered: false, reliable: false, messagesSent: 0, bytesSent: 0 });
    expect(theirs.channels[0]).toMatchObject({ messagesReceived: 200, bytesReceived: chat?.bytesSent, id: chat?.id });
    expect((await bob.snapshot()).events.map(({ name }) => name)).not.toContain("channel:message");
  });

  it("shows a message under way, and what is buffered", async () => {
    const { room, alice, bob } = await open(["alice", "bob"], { latencyMs: 20, bandwidth: 100_000 });
    await alice.open("files");
    await alice.open({ label: "raw", protocol: "the application's own" });
    await room.joinAll();
    bob.on("channel:message", () => {});
    const transfer = alice.send(new Uint8Array(1_000_000), "files");
    await room.advance(1);
    const native = alice.remotes.get(bob.id)?.channels.get("raw");
    for (let count = 0; count < 20; count++) native?.send(new Uint8Array(60_000));
    const [files, raw] = (await remoteOf(alice, bob)).channels;
    expect(files).toMatchObject({ transfers: 1, messagesSent: 1 });
    expect(raw).toMatchObject({ protocol: "the application's own", bufferedAmount: native?.bufferedAmount });
    expect(raw?.bufferedAmount).toBeGreaterThan(0);
    transfer.cancel();
    await room.settled();
  });

  it("shows a loss and the return: the states, another epoch, and counts that go on", async () => {
    const { room, alice, bob } = await open();
    await alice.open("chat");
    await room.joinAll();
    await room.until(alice.send("before", "chat"));
    const before = await remoteOf(alice, bob);
    expect(before.connection).toMatchObject({ epoch: 1, state: "connected", building: false });
    room.partition([alice], [bob]);
    await room.until({ peer: alice, event: "connection:disconnected" });
    const lost = await remoteOf(alice, bob);
    expect(lost.states.at(-1)).toMatchObject({ state: lost.state });
    expect(lost.states.map(({ state }) => state)).toContain("disconnected");
    await room.advance(40_000);
    room.heal();
    await room.until(() => alice.remotes.get(bob.id)?.state === "connected", { withinMs: 20_000 });
    await room.until(alice.send("after", "chat"));
    await room.settled();
    const after = await remoteOf(alice, bob);
    expect(after.connection?.epoch).toBeGreaterThan(1);
    expect(after.states.map(({ state }) => state)).toEqual(
      expect.arrayContaining(["connected", "disconnected", "connecting"]),
    );
    expect(after.states.at(-1)).toMatchObject({ state: "connected", detail: "resumed" });
    expect(after.signals.some(({ kind, epoch }) => kind === "offer" && epoch === after.connection?.epoch)).toBe(true);
    expect(after.channels[0]).toMatchObject({ messagesSent: 2 });
    expect(after.channels[0]?.bytesSent).toBeGreaterThan(before.channels[0]?.bytesSent ?? Infinity);
  });

  it("keeps the record of the last that are gone, and says why", async () => {
    const { room, alice, bob } = await open();
    await room.joinAll();
    const { id } = bob;
    for (let count = 0; count < MAX_GONE + 2; count++) {
      await room.until(bob.leave());
      await room.settled();
      await room.joinAll();
    }
    const { gone, remotes } = await alice.snapshot();
    expect(remotes).toHaveLength(1);
    expect(gone).toHaveLength(MAX_GONE);
    expect(gone.map((each) => each.id)).not.toContain(id);
    for (const each of gone) {
      expect(each).toMatchObject({ state: "closed", admitted: true, channels: [] });
      expect(each.states.at(-1)).toMatchObject({ state: "closed", detail: "left" });
      expect(each).not.toHaveProperty("connection");
    }
  });

  it("shows who was not let in, and what failed", async () => {
    const { room, alice, bob, carol } = await open(["alice", "bob", "carol"]);
    await room.until(alice.join({ room: "lobby", verify: ({ metadata }) => metadata !== "stranger" }));
    await room.until(bob.join("lobby"));
    await room.until(() => alice.remotes.size === 1);
    alice.on("connection:connecting", () => {
      throw new Error("a secret of the application's");
    });
    await room.until(carol.join({ room: "lobby", metadata: "stranger" }));
    await room.settled();
    const { gone, errors } = await alice.snapshot();
    expect(gone).toMatchObject([{ id: carol.id, admitted: false, state: "closed" }]);
    expect(gone[0]?.states.at(-1)).toMatchObject({ state: "closed", detail: "refused" });
    expect(gone[0] && kinds(gone[0])).toContain("sent refuse");
    expect(errors).toContainEqual(expect.objectContaining({ code: "REFUSED", remoteId: carol.id }));
    await room.until(bob.leave());
    await room.until(bob.join("lobby"));
    await room.settled();
    const later = await alice.snapshot();
    expect(later.errors.map(({ code }) => code)).toContain("LISTENER_FAILED");
    expect(later.events).toContainEqual(expect.objectContaining({ name: "error", detail: "LISTENER_FAILED" }));
    expect(JSON.stringify(later)).not.toContain("a secret");
  });

  it("survives JSON, and holds no password, SDP, address or content", async () => {
    const { room, alice, bob } = await open();
    await alice.open("chat");
    await room.joinAll({ room: "lobby", password: "open sesame" });
    await room.until(alice.send("the content of a message", { label: "chat", info: "its info" }));
    await room.settled();
    const addressed = await alice.snapshot({ addresses: true });
    const pair = addressed.remotes[0]?.connection?.candidatePair;
    const addresses = [pair?.local.address, pair?.remote.address];
    expect(addresses).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);

    const snapshot = await alice.snapshot();
    const json = JSON.stringify(snapshot);
    expect(JSON.parse(json)).toEqual(snapshot);
    expect(snapshot.remotes[0]?.connection?.candidatePair).toEqual({
      local: { type: "host", protocol: "udp" },
      remote: { type: "host", protocol: "udp" },
      relayed: false,
    });
    for (const secret of ["open sesame", "content of", "its info", "v=0", "ufrag", "fingerprint", ...addresses]) {
      expect(json).not.toContain(secret);
    }
    expect(bob.remotes.size).toBe(1);
  });

  it("can be handed to a remote that asks for it", async () => {
    const { room, alice, bob } = await open();
    bob.respond("snapshot", () => bob.snapshot());
    await room.joinAll();
    const asked = await room.until(alice.remotes.get(bob.id)?.request<PeerSnapshot>("snapshot") ?? Promise.reject());
    expect(asked).toMatchObject({ version: 1, id: bob.id, remotes: [{ id: alice.id, state: "connected" }] });
    const [channel] = asked.remotes[0]?.channels ?? [];
    expect(channel).toMatchObject({ label: expect.stringMatching(/^peerhood:/), messagesReceived: 1 });
  });

  it("is a copy: what is done to it changes nothing", async () => {
    const { room, alice } = await open();
    await room.joinAll();
    const taken = await alice.snapshot();
    const before = JSON.stringify(taken);
    (taken.events as unknown[]).length = 0;
    (taken.remotes as RemoteSnapshot[])[0] = undefined as unknown as RemoteSnapshot;
    expect({ ...JSON.parse(JSON.stringify(await alice.snapshot())), at: 0 }).toEqual({ ...JSON.parse(before), at: 0 });
  });
});

describe("what is remembered", () => {
  it("a ring keeps the newest, in their order", () => {
    const ring = new Ring<number>(3);
    expect(ring.toArray()).toEqual([]);
    for (let value = 1; value <= 2; value++) ring.add(value);
    expect(ring.toArray()).toEqual([1, 2]);
    for (let value = 3; value <= 8; value++) ring.add(value);
    expect(ring.toArray()).toEqual([6, 7, 8]);
  });

  it("of a remote stays bounded, whatever that says, and takes nothing over unchecked", () => {
    let now = 0;
    const record = new PairRecord({ now: () => now++, setTimeout: () => 0, clearTimeout: () => {} });
    for (let count = 0; count < 10_000; count++) {
      record.entered("connecting");
      record.signal("received", "driver", { t: "negotiate", e: count });
    }
    expect(record.states).toHaveLength(MAX_STATES);
    expect(record.signals).toHaveLength(MAX_SIGNALS);
    expect(record.signals.at(-1)).toMatchObject({ kind: "negotiate", epoch: 9_999 });
    for (const hostile of [
      { t: "x".repeat(1_000_000) },
      { t: "ping", n: 1 },
      { t: "description" },
      { t: "description", description: { type: "<script>" }, e: "x".repeat(1_000_000) },
      { t: "candidate", candidate: { candidate: { toString: 1 } }, e: {} },
      { t: "candidate", candidate: { candidate: `1 1 udp 1 10.0.0.1 9 typ ${"h".repeat(1_000_000)}` } },
    ]) {
      record.signal("received", "driver", hostile as never);
    }
    const text = JSON.stringify(record.signals);
    expect(text.length).toBeLessThan(MAX_SIGNALS * 150);
    expect(text).not.toMatch(/xxx|hhh|script|10\.0/);
  });

  it("of a stay is bounded in number", async () => {
    const { room, alice, bob } = await open();
    await room.joinAll();
    for (let count = 0; count < MAX_EVENTS; count++) bob.setMetadata({ count });
    await room.settled();
    const { events }: PeerSnapshot = await alice.snapshot();
    expect(events).toHaveLength(MAX_EVENTS);
    expect(events.at(-1)?.name).toBe("remote:metadata");
  });
});
