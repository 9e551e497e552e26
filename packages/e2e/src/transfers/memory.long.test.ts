// Memory of both sides while a reader is slow for a while and then free. CI sends 96 MiB; the claim is about 1 GiB:
// PEERHOOD_BULK_MIB=1024 npx vitest run packages/e2e/src/transfers/memory.long.test.ts
import { expect, test } from "vitest";
import { meetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import { describeWith } from "../browser/index.js";
import type * as actor from "./pace.member.js";
import { processesOf, Resident } from "./resident.js";

type Member = RunningActor<typeof actor>;

const ENTRY = new URL("./pace.member.ts", import.meta.url);
const MIB = 1_048_576;
const BULK_BYTES = Number(process.env["PEERHOOD_BULK_MIB"] ?? 96) * MIB;
/** Before anything is measured: a runtime that has never sent grows its heap and compiles, whatever is sent. */
const WARM_UP_BYTES = 16 * MIB;
/** Long enough for a sender that nothing holds back to be more than the bound ahead. */
const SLOW_BYTES = 24 * MIB;
const SLOW_BYTES_PER_SECOND = 4 * MIB;
const MAX_GROWTH_BYTES = 64 * MIB;
/** At 2 MB/s, on a machine that does other things as well. */
const TIMEOUT_MS = 60_000 + BULK_BYTES / 2_000;

const server = meetingServer();

async function measure(sender: Member, senderPids: () => Promise<number[]>, room: string): Promise<void> {
  const receiver = await startActor<typeof actor>(ENTRY, "node");
  await receiver.call("join", server.url, room, "receiver");
  await sender.call("join", server.url, room, "sender");
  await Promise.all([sender.call("met"), receiver.call("met")]);
  await receiver.call("expectBulk", 0, SLOW_BYTES_PER_SECOND);
  await sender.call("send", WARM_UP_BYTES);
  await receiver.call("outcome");
  const sides = { sender: new Resident(await senderPids()), receiver: new Resident([receiver.pid ?? 0]) };
  await Promise.all([sides.sender.begin(), sides.receiver.begin()]);

  await receiver.call("expectBulk", SLOW_BYTES, SLOW_BYTES_PER_SECOND);
  const startMs = performance.now();
  const sent = sender.call("send", BULK_BYTES);
  const { slowMs, ...got } = await receiver.call("outcome");
  await sent;
  const tookMs = performance.now() - startMs;
  const growth = { sender: await sides.sender.growthBytes(), receiver: await sides.receiver.growthBytes() };
  const rate = BULK_BYTES - SLOW_BYTES;
  console.log(
    `${room}: ${BULK_BYTES / MIB} MiB, ${Math.round(rate / (tookMs - slowMs) / 1_000)} MB/s once free; resident memory ` +
      `grew by ${Math.round(growth.sender / MIB)} MiB (sender), ${Math.round(growth.receiver / MIB)} MiB (receiver)`,
  );
  expect(got).toEqual({ bytes: BULK_BYTES, wrongAt: -1, slowBytes: SLOW_BYTES });
  // It was slow: the sender could have been far ahead.
  expect(slowMs).toBeGreaterThan((SLOW_BYTES / SLOW_BYTES_PER_SECOND) * 900);
  expect(growth.sender).toBeLessThan(MAX_GROWTH_BYTES);
  expect(growth.receiver).toBeLessThan(MAX_GROWTH_BYTES);
  for (const member of [sender, receiver]) expect(await member.call("leave")).toEqual([]);
  await Promise.all([sender.close(), receiver.close()]);
}

describeWith([], "a slow reader, then a fast one", () => {
  test(
    "two Node processes",
    async () => {
      const sender = await startActor<typeof actor>(ENTRY, "node");
      await measure(sender, async () => [sender.pid ?? 0], "Node to Node");
    },
    TIMEOUT_MS,
  );
});
describeWith(["chromium"], "a slow reader, then a fast one", (browser) => {
  test(
    "Chromium sends to Node",
    async () => {
      const sender = await startActor<typeof actor>(ENTRY, browser("chromium"));
      await measure(sender, () => processesOf(browser("chromium")), "Chromium to Node");
    },
    TIMEOUT_MS,
  );
});
