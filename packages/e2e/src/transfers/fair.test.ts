import { expect, test } from "vitest";
import { meetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import { describeWith } from "../browser/index.js";
import type * as actor from "./fair.member.js";

type Member = RunningActor<typeof actor>;

const ENTRY = new URL("./fair.member.ts", import.meta.url);
const COUNT = 4;
const BYTES = 6 * 1_048_576;

const server = meetingServer();

async function race(sender: Member, receiver: Member, room: string): Promise<void> {
  await receiver.call("join", server.url, room, "receiver");
  await sender.call("join", server.url, room, "sender");
  await Promise.all([sender.call("met"), receiver.call("met")]);
  await receiver.call("expectBulk", COUNT);
  await sender.call("send", COUNT, BYTES);
  const times = await receiver.call("took");
  console.log(`${room}: ${times.map(Math.round).join(", ")} ms`);
  expect(times).toHaveLength(COUNT);
  expect(Math.max(...times)).toBeLessThan(1.2 * Math.min(...times));
  for (const member of [sender, receiver]) expect(await member.call("leave")).toEqual([]);
  await Promise.all([sender.close(), receiver.close()]);
}

const title = "finish within a fifth of each other";
describeWith([], "four equal transfers between two Node processes", () => {
  test(title, async () => {
    await race(await startActor(ENTRY, "node"), await startActor(ENTRY, "node"), "Node to Node");
  });
});
describeWith(["chromium"], "four equal transfers", (browser) => {
  test(`from Chromium to Node ${title}`, async () => {
    await race(await startActor(ENTRY, browser("chromium")), await startActor(ENTRY, "node"), "Chromium to Node");
  });
  test(`from Node to Chromium ${title}`, async () => {
    await race(await startActor(ENTRY, "node"), await startActor(ENTRY, browser("chromium")), "Node to Chromium");
  });
});
