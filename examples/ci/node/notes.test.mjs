import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestRoom } from "@peerhood/testing";
import { openNotes } from "../src/notes.mjs";

// What stands for peerhood is said on the command line: --import @peerhood/testing/register
test("everybody has all notes, also after a partition", async () => {
  const room = await createTestRoom({ network: { latencyMs: 40, jitterMs: 20, loss: 0.02 }, seed: 7 });
  const open = (name) => room.until(room.as(name, () => openNotes({ url: "wss://example.org", room: "kitchen" })));

  const ann = await open("ann");
  await room.until(ann.add("milk"));
  const [ben, cat] = [await open("ben"), await open("cat")];
  await room.until(() => cat.list().includes("milk"));

  room.partition("ann");
  const adding = [ann.add("bread"), ben.add("eggs")];
  await room.advance(10_000);
  assert.deepEqual(cat.list(), ["eggs", "milk"]);
  room.heal();

  await room.until(Promise.all(adding));
  await room.until(() => [ann, ben, cat].every((notes) => notes.list().length === 3));
  assert.deepEqual(ann.list(), ["bread", "eggs", "milk"]);
  await room.until(Promise.all([ann, ben, cat].map((notes) => notes.close())));
  await room.close();
});
