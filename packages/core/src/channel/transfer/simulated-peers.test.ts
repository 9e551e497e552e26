// The whole of a Peer over a simulated network, where `flow.test.ts` has the engine alone over a line.
import { expect, test } from "vitest";
import { RoomOfPeers } from "../../request/testing/room-of-peers.js";

const MIB = 1_048_576;

test("1 MiB arrives over a link of 5 kB/s, and a short message beside it within seconds", async () => {
  const room = new RoomOfPeers(2, { latencyMs: 50 });
  await room.peer(0).open("files");
  await room.meet();
  await room.run(room.remote(0, 1).send("the channel is there", "files"));
  room.network.change({ bandwidthBytesPerSecond: 5_000 });
  let bytes = 0;
  const texts: string[] = [];
  room.peer(1).on("channel:message", async ({ data, size }) => {
    if (size === MIB) for await (const chunk of data) bytes += chunk.length;
    else texts.push((await data) as string);
  });
  const { clock } = room;
  const beganAt = clock.now();
  const sent = room.remote(0, 1).send(new Uint8Array(MIB), "files");
  await clock.advance(100_000);
  const before = clock.now();
  await room.run(room.remote(0, 1).send("beside it", "files"));
  expect(clock.now() - before).toBeLessThan(5_000);
  await room.run(sent);
  expect([bytes, texts]).toEqual([MIB, ["beside it"]]);
  // It was that slow, and the link was not idle.
  expect(clock.now() - beganAt).toBeGreaterThan((MIB / 5_000) * 1_000);
  expect(clock.now() - beganAt).toBeLessThan((MIB / 5_000) * 1_000 * 1.3);
  expect(room.errors).toEqual([]);
  await room.end();
}, 60_000);

test("1,000 messages awaited together over a round trip of 50 ms take less than 200 ms", async () => {
  const room = new RoomOfPeers(2, { latencyMs: 25 });
  await room.peer(0).open("chat");
  await room.meet();
  await room.run(room.remote(0, 1).send("the channel is there", "chat"));
  const values: unknown[] = [];
  room.peer(1).on("channel:message", async ({ data }) => values.push(await data));
  const beganAt = room.clock.now();
  const texts = Array.from({ length: 1_000 }, (_, i) => `message ${i}`);
  await room.run(Promise.all(texts.map((text) => room.remote(0, 1).send(text, "chat"))));
  expect(room.clock.now() - beganAt).toBeLessThan(200);
  expect(values).toEqual(texts);
  await room.end();
});
