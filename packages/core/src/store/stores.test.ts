import { createTestRoom, SimulatedStream, SimulatedTrack } from "@peerhood/testing";
import { Peer as RoomPeer, WebSocketDriver } from "@peerhood/testing/peerhood";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { channelStore } from "./channel-store.js";
import { PeerSession } from "./peer-session.js";
import { remotesStore } from "./remotes-store.js";
import { holdShared, streamsStore } from "./streams-store.js";
import { transferStore } from "./transfer-store.js";

type Room = Awaited<ReturnType<typeof createTestRoom<2>>>;

let room: Room;

beforeEach(async () => {
  room = await createTestRoom({ peers: 2, network: { latencyMs: 5, bandwidth: 1_000_000 } });
});

afterEach(() => room.close());

test("subscribe and getSnapshot of every store can be handed on without it", () => {
  const { alice } = room.peers;
  const stores = [
    remotesStore(alice),
    streamsStore(alice, "camera"),
    channelStore(alice, "chat"),
    transferStore(alice.send("nobody is there", "chat")),
    new PeerSession((options) => new RoomPeer(options)),
  ];
  for (const { subscribe, getSnapshot } of stores) {
    expect(getSnapshot()).toBe(getSnapshot());
    subscribe(() => {})();
  }
});

describe("remotesStore", () => {
  test("gives the same object until something changes, tells of each change, and keeps what has not changed", async () => {
    const { alice, bob } = room.peers;
    const store = remotesStore(alice);
    const before = store.getSnapshot();
    expect(store.getSnapshot()).toBe(before);
    let told = 0;
    const stop = store.subscribe(() => told++);
    await room.joinAll({ room: "lobby", metadata: { name: "x" } });
    const [met] = store.getSnapshot();
    expect(met).toMatchObject({
      id: bob.id,
      state: "connected",
      metadata: { name: "x" },
      remote: alice.remotes.get(bob.id),
    });
    expect(store.getSnapshot()[0]).toBe(met);
    const toldBefore = told;
    bob.setMetadata({ name: "y" });
    await room.settled();
    expect(told).toBe(toldBefore + 1);
    expect(store.getSnapshot()[0]).toMatchObject({ metadata: { name: "y" } });
    await room.until(bob.leave());
    await room.settled();
    expect(store.getSnapshot()).toEqual([]);
    expect(room.leaks().join()).toMatch(/alice: listeners of connection:new/);
    stop();
    await Promise.resolve();
    expect(room.leaks().join()).not.toContain("listeners");
  });

  test("who subscribes again in the same turn never lets go of the peer", async () => {
    const store = remotesStore(room.peers.alice);
    const first = store.subscribe(() => {});
    first();
    const second = store.subscribe(() => {});
    await Promise.resolve();
    expect(room.peers.alice.listens("connection:new")).toBe(true);
    second();
    await Promise.resolve();
    expect(room.peers.alice.listens("connection:new")).toBe(false);
  });
});

describe("channelStore", () => {
  test("opens the channel, keeps messages in order of their beginning, sent ones too, up to a limit", async () => {
    const { alice, bob } = room.peers;
    const store = channelStore(alice, "chat", { limit: 3 });
    expect(channelStore(alice, "chat")).toBe(store);
    const stop = store.subscribe(() => {});
    await bob.open("chat");
    await room.joinAll();
    expect(store.getSnapshot().openTo).toBe(1);
    const large = "x".repeat(100_000);
    const sending = [
      bob.send(large, "chat"),
      bob.send("small", { label: "chat", info: 1 }),
      bob.send("other", "elsewhere"),
    ];
    await room.until(Promise.all(sending.slice(0, 2)));
    await room.settled();
    expect(store.getSnapshot().messages.map(({ data, info, remote }) => [data, info, remote?.id])).toEqual([
      [large, undefined, bob.id],
      ["small", 1, bob.id],
    ]);
    await room.until(store.send("mine"));
    await room.until(store.send("mine too"));
    const { messages } = store.getSnapshot();
    expect(messages.map(({ data, remote }) => [data, remote?.id])).toEqual([
      ["small", bob.id],
      ["mine", undefined],
      ["mine too", undefined],
    ]);
    expect(new Set(messages.map(({ key }) => key)).size).toBe(3);
    stop();
  });

  test("a message that breaks off holds nothing up and is not shown", async () => {
    const { alice, bob } = room.peers;
    const store = channelStore(alice, "chat");
    store.subscribe(() => {});
    await bob.open("chat");
    await room.joinAll();
    const broken = bob.send(new Uint8Array(900_000), "chat");
    void bob.send("after", "chat");
    await room.advance(50);
    expect(store.getSnapshot().messages).toEqual([]);
    await broken.cancel();
    await room.settled();
    expect(store.getSnapshot().messages.map(({ data }) => data)).toEqual(["after"]);
  });
});

test("transferStore: how far it is, of the sender and of the receiver, once each, and that it failed", async () => {
  const { alice, bob } = room.peers;
  await bob.open("files");
  await room.joinAll();
  const arriving = room.until({ peer: "alice", event: "channel:message" });
  const transfer = bob.send(new Uint8Array(300_000), "files");
  const { data } = await arriving;
  const [sent, received] = [transferStore(transfer), transferStore(data)];
  expect(transferStore(transfer)).toBe(sent);
  const steps: (number | undefined)[] = [];
  sent.subscribe(() => steps.push(sent.getSnapshot().fraction));
  received.subscribe(() => {});
  data.then(
    () => {},
    () => {},
  );
  await room.until(transfer);
  await room.settled();
  const whole = { status: "done", current: 300_000, total: 300_000, fraction: 1, error: undefined };
  expect(sent.getSnapshot()).toMatchObject(whole);
  expect(received.getSnapshot()).toMatchObject(whole);
  expect([...sent.getSnapshot().remotes.keys()]).toEqual([alice.id]);
  expect(steps.length).toBeGreaterThan(3);

  const failing = bob.send(new Uint8Array(300_000), "files");
  const failed = transferStore(failing);
  failed.subscribe(() => {});
  await room.advance(20);
  await failing.cancel();
  await room.settled();
  expect(failed.getSnapshot()).toMatchObject({ status: "failed", error: { code: "TRANSFER_ABORTED" } });
});

test("streamsStore and holdShared: what is let go of and taken again in one turn is shared on, and then no more", async () => {
  const { alice, bob } = room.peers;
  const store = streamsStore(bob, "camera");
  store.subscribe(() => {});
  await room.joinAll();
  const track = new SimulatedTrack("video", "camera");
  const stream = new SimulatedStream("x", [track]);
  const first = holdShared(alice, { stream, label: "camera", managed: true });
  await room.settled();
  expect(store.getSnapshot()).toMatchObject([{ id: alice.id, remote: bob.remotes.get(alice.id) }]);
  first();
  const second = holdShared(alice, { stream, label: "camera", managed: true });
  await room.settled();
  expect(store.getSnapshot().length).toBe(1);
  expect(track.readyState).toBe("live");
  second();
  await room.settled();
  expect(track.readyState).toBe("ended");
  expect(store.getSnapshot()).toEqual([]);
  const told = room.timeline("bob").filter(({ what }) => what.startsWith("stream:"));
  expect(told.map(({ what }) => what)).toEqual(['stream:add "camera" with alice', 'stream:remove "camera" with alice']);
});

describe("PeerSession", () => {
  const made: RoomPeer[] = [];
  const drivers: InstanceType<typeof WebSocketDriver>[] = [];
  const createDriver = (): InstanceType<typeof WebSocketDriver> => {
    const driver = new WebSocketDriver("ws://localhost");
    drivers.push(driver);
    return driver;
  };
  const createSession = (): PeerSession =>
    new PeerSession((options) => {
      const peer = new RoomPeer(options);
      made.push(peer);
      return peer;
    });

  beforeEach(() => {
    made.length = 0;
    drivers.length = 0;
  });

  test("joins while it is held, once, however often it is let go and taken again in one turn; then nothing is left", async () => {
    const session = createSession();
    session.set({ room: "lobby", metadata: 1, driver: createDriver });
    expect(session.getSnapshot().status).toBe("idle");
    const releases = [session.hold()];
    releases.pop()?.();
    releases.push(session.hold());
    await room.until(() => session.getSnapshot().status === "joined");
    expect(made.length).toBe(1);
    expect(session.getSnapshot()).toMatchObject({ peer: made[0], id: made[0]?.id, error: undefined });
    session.set({ room: "lobby", metadata: 2, driver: createDriver });
    await Promise.resolve();
    await Promise.resolve();
    expect(made[0]?.metadata).toBe(2);
    for (const release of releases) release();
    await room.until(() => session.getSnapshot().status === "idle");
    await room.settled();
    expect(made[0]?.active).toBe(false);
    expect(drivers.map(({ isClosed }) => isClosed)).toEqual([true]);
  });

  test("another room is another peer, which joins when the first has left", async () => {
    const session = createSession();
    session.set({ room: "one", driver: createDriver });
    const release = session.hold();
    await room.until(() => session.getSnapshot().status === "joined");
    session.set({ room: "two", driver: createDriver });
    await room.until(() => session.getSnapshot().peer === made[1] && session.getSnapshot().status === "joined");
    expect(made.map(({ room: name }) => name)).toEqual(["", "two"]);
    session.set({ driver: createDriver });
    await room.until(() => session.getSnapshot().status === "idle");
    release();
    await room.settled();
    expect(drivers.every(({ isClosed }) => isClosed)).toBe(true);
  });

  test("let go while it joins, it gives up; what fails is said, and tried again when asked", async () => {
    const session = createSession();
    session.set({ room: "lobby", driver: createDriver });
    const release = session.hold();
    await room.until(() => session.getSnapshot().status === "joining");
    release();
    await room.until(() => session.getSnapshot().status === "idle");
    await room.settled();
    expect(made[0]?.active).toBe(false);

    session.set({ room: "x".repeat(300), driver: createDriver });
    const again = session.hold();
    await room.until(() => session.getSnapshot().status === "failed");
    expect(session.getSnapshot().error).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(made.length).toBe(2);
    session.retry();
    await room.until(() => made.length === 3 && session.getSnapshot().status === "failed");
    again();
    await room.until(() => session.getSnapshot().status === "idle");
    await room.settled();
  });
});
