// A sender that is gone in the middle of a transfer.
import { expect, test } from "vitest";
import { meetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import { describeEachBrowser, describeWith } from "../browser/index.js";
import type * as actor from "./ends.member.js";

type Member = RunningActor<typeof actor>;

const ENTRY = new URL("./ends.member.ts", import.meta.url);

const server = meetingServer();

/** The heartbeat takes 5 s, and 5 more the members wait for the lost one; a tab that is closed may say goodbye. */
const NOTICED_WITHIN_MS = 25_000;

async function loseSender(sender: Member, room: string): Promise<void> {
  const receiver = await startActor<typeof actor>(ENTRY, "node");
  await receiver.call("join", server.url, room, "receiver");
  await sender.call("join", server.url, room, "sender");
  await sender.call("sendWithoutEnd");
  await receiver.call("arriving");
  const beganMs = performance.now();
  await sender.kill();
  const codes = await receiver.call("failures");
  const tookMs = performance.now() - beganMs;
  console.log(`${room}: noticed after ${Math.round(tookMs)} ms, as ${codes.join()}`);
  // Awaited, read as a stream, and sent by the receiver itself: a typed error each.
  expect(codes).toEqual([
    expect.stringMatching(/^[A-Z_]+$/),
    expect.stringMatching(/^[A-Z_]+$/),
    expect.stringMatching(/^[A-Z_]+$/),
  ]);
  expect(tookMs).toBeLessThan(NOTICED_WITHIN_MS);
  await receiver.call("leave");
  // It ends by itself: nothing is left that keeps it.
  await receiver.close();
}

describeEachBrowser("a tab that is closed in the middle of a transfer", (browser, name) => {
  test("fails what was under way with typed errors", async () => {
    await loseSender(await startActor(ENTRY, browser()), name);
  });
});
describeWith([], "a Node process that is killed in the middle of a transfer", () => {
  test("fails what was under way with typed errors", async () => {
    await loseSender(await startActor(ENTRY, "node"), "SIGKILL");
  });
});
