import { expect, test } from "vitest";
import { RoomOfPeers } from "./testing/room-of-peers.js";

test("requestAll: each remote's reply, failure or absence, by id", async () => {
  const room = new RoomOfPeers(4);
  expect(await room.peer(0).requestAll("x", 1)).toEqual(new Map());
  expect(await room.peer(0).requestAll("x", 1, { to: "z" })).toMatchObject(
    new Map([["z", { status: "rejected", reason: expect.objectContaining({ code: "UNKNOWN_REMOTE" }) }]]),
  );
  await room.meet();
  const [, one, two, three] = room.peers.map(({ id }) => id) as [string, string, string, string];
  room.peer(1).respond("size", async ({ data }) => ((await data) as ArrayBuffer).byteLength);
  room.peer(2).respond("size", () => Promise.reject(Object.assign(new Error("busy"), { code: "E_BUSY" })));

  const stream = new Blob([new Uint8Array(300_000)]).stream();
  const results = await room.run(room.peer(0).requestAll<number>("size", stream));
  expect([...results.keys()].sort()).toEqual([one, two, three].sort());
  expect(results.get(one)).toEqual({ status: "fulfilled", value: 300_000 });
  expect(results.get(two)).toMatchObject({
    status: "rejected",
    reason: { code: "REQUEST_FAILED", remoteCode: "E_BUSY", remoteId: two },
  });
  expect(results.get(three)).toMatchObject({ status: "rejected", reason: { code: "NO_RESPONDER", remoteId: three } });

  const named = await room.run(room.peer(0).requestAll("size", new Uint8Array(3), { to: [one, one, "gone"] }));
  expect(named.size).toBe(2);
  expect(named.get(one)).toEqual({ status: "fulfilled", value: 3 });
  expect(named.get("gone")).toMatchObject({ reason: { code: "UNKNOWN_REMOTE" } });

  const unsendable = await room.run(room.peer(0).requestAll("size", () => {}));
  expect([...unsendable.values()]).toEqual(
    [one, two, three].map(() => ({
      status: "rejected",
      reason: expect.objectContaining({ code: "UNSUPPORTED_PAYLOAD", remoteId: expect.any(String) }),
    })),
  );

  // One that is slow or gone holds up nobody's reply, and is told by itself.
  room.peer(3).respond("size", () => new Promise(() => {}));
  const all = room.peer(0).requestAll("size", new Uint8Array(1), { timeoutMs: 5_000, to: [one, three] });
  expect(await room.run(all)).toMatchObject(
    new Map([
      [one, { status: "fulfilled", value: 1 }],
      [three, { reason: expect.objectContaining({ code: "REQUEST_TIMEOUT" }) }],
    ]),
  );
  expect(room.errors).toEqual([]);
  await room.end();
});
