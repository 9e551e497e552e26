// Messages of 200 kB that nobody reads, from one remote, while another one talks. CI sends 1,000, which is twelve times
// what may be unread; the claim is about 10,000:
// PEERHOOD_UNREAD=10000 npx vitest run packages/e2e/src/transfers/unread.long.test.ts
import { expect, test } from "vitest";
import { meetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import { describeWith } from "../browser/index.js";
import { processesOf, Resident } from "./resident.js";
import type * as actor from "./unread.member.js";

type Member = RunningActor<typeof actor>;

const ENTRY = new URL("./unread.member.ts", import.meta.url);
const MIB = 1_048_576;
const COUNT = Number(process.env["PEERHOOD_UNREAD"] ?? 1_000);
const MESSAGE_BYTES = 200_000;
const TALK_BYTES = 8 * MIB;
/** What one remote may have unread. */
const BOUND_BYTES = 16 * MIB;
/** The bound, and as much again for what a runtime needs to hold it and to serve the other remote meanwhile. */
const MAX_GROWTH_BYTES = 48 * MIB;
const TIMEOUT_MS = 60_000 + COUNT * 50;

const server = meetingServer();

async function leaveUnread(receiver: Member, pids: () => Promise<number[]>, room: string): Promise<void> {
  const hoarder = await startActor<typeof actor>(ENTRY, "node");
  const other = await startActor<typeof actor>(ENTRY, "node");
  await receiver.call("join", server.url, room, "receiver");
  await Promise.all([hoarder.call("join", server.url, room, "hoarder"), other.call("join", server.url, room, "other")]);
  await Promise.all([receiver.call("met", "hoarder"), receiver.call("met", "other")]);
  const quiet = await other.call("talk", TALK_BYTES);
  const resident = new Resident(await pids());
  await resident.begin();

  await hoarder.call("hoard", COUNT, MESSAGE_BYTES);
  const unread = await receiver.call("full");
  expect(unread).toBeGreaterThan(10);
  expect(unread * MESSAGE_BYTES).toBeLessThan(BOUND_BYTES);
  const beside = await other.call("talk", TALK_BYTES);
  const growth = await resident.growthBytes();
  console.log(
    `${room}: ${unread} of ${COUNT} messages there and unread, resident memory grew by ${Math.round(growth / MIB)} MiB; ` +
      `the other remote took ${Math.round(beside.longMs)} ms for 8 MiB, ${Math.round(quiet.longMs)} before`,
  );
  expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  expect(await receiver.call("heard")).toMatchObject({ bytesTaken: 2 * TALK_BYTES });
  // Unharmed: not stalled behind the other's messages. Half a second is for a machine that does other things as well.
  expect(beside.longMs).toBeLessThan(3 * quiet.longMs + 500);
  expect(beside.shortMs).toBeLessThan(3 * quiet.shortMs + 500);

  expect(await receiver.call("readAll", COUNT, MESSAGE_BYTES)).toBe(-1);
  await hoarder.call("allSent");
  for (const member of [hoarder, other, receiver]) {
    expect(await member.call("leave")).toEqual([]);
    await member.close();
  }
}

describeWith([], "unread messages", () => {
  test(
    "wait with a Node receiver, and all arrive when they are read",
    async () => {
      const receiver = await startActor<typeof actor>(ENTRY, "node");
      await leaveUnread(receiver, async () => [receiver.pid ?? 0], "Node");
    },
    TIMEOUT_MS,
  );
});
describeWith(["chromium"], "unread messages", (browser) => {
  test(
    "wait with a receiver in Chromium, and all arrive when they are read",
    async () => {
      const receiver = await startActor<typeof actor>(ENTRY, browser("chromium"));
      await leaveUnread(receiver, () => processesOf(browser("chromium")), "Chromium");
    },
    TIMEOUT_MS,
  );
});
