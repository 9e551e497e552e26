import { createTestRoom } from "@peerhood/testing";
import { expect, test } from "vitest";

test("a message gets there, whatever the network does meanwhile", async () => {
  await using room = await createTestRoom({ peers: 3, network: { latencyMs: 40, loss: 0.02 }, seed: 7 });
  const { alice, bob, carol } = room.peers;
  const heard: unknown[] = [];
  bob.on("channel:message", async ({ data }) => heard.push(await data));

  await alice.open("chat");
  await room.joinAll("lobby");
  await room.until(alice.send("hello", "chat"));

  room.partition([alice], [bob, carol]);
  await room.advance(10_000);
  const sending = alice.send("are you there?", "chat");
  room.heal();

  await room.until(sending, { withinMs: 20_000 });
  await room.until(() => heard.length === 2);
  expect(heard).toEqual(["hello", "are you there?"]);
});
