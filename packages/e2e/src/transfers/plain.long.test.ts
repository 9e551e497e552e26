import { expect, test } from "vitest";
import { meetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import { describeEachBrowser, describeWith } from "../browser/index.js";
import type * as actor from "./plain.member.js";

type Member = RunningActor<typeof actor>;

const ENTRY = new URL("./plain.member.ts", import.meta.url);
const ROUNDS = 100;
const DEFAULTS = { ordered: true, maxRetransmits: null, maxPacketLifeTime: null, protocol: "" };

const server = meetingServer();

/** What `sendKinds` sends, as the other side tells of it. */
function expected(label: string): { text: string; size: number; info?: unknown }[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const number = String(round).length;
    const kinds = [
      { text: `text ${round}`, size: 5 + number },
      { text: `bytes: bytes ${round}`, size: 6 + number },
      label === "raw"
        ? { text: `bytes: stream ${round}`, size: 7 + number }
        : { text: `a Blob of ${5 + number}`, size: 5 + number },
    ];
    if (label === "raw") return kinds;
    const json = { text: `{"round":${round}}`, size: 10 + number, info: { round } };
    return [...kinds, json, { text: `16000 of ${round}`, size: 16_000 }];
  }).flat();
}

const inOrder = <T extends { text: string }>(list: readonly T[]): T[] =>
  list.toSorted((a, b) => (a.text < b.text ? -1 : 1));

async function exchange(from: Member, to: Member): Promise<void> {
  for (const label of ["unordered", "raw"]) {
    const all = expected(label);
    await from.call("sendKinds", label, ROUNDS);
    const got = await to.call("takeCount", label, all.length);
    expect(inOrder(got)).toEqual(inOrder(all).map((message) => expect.objectContaining(message)));
  }
  for (const label of ["no retransmits", "short lived"]) {
    // Nothing has to arrive; what does is whole and came once.
    const possible = expected(label);
    await from.call("sendKinds", label, ROUNDS);
    const got = await to.call("takeCount", label, 1);
    for (const { text, size, info } of got) {
      const index = possible.findIndex((message) => message.text === text);
      expect(possible.splice(index, 1), text).toEqual([{ text, size, ...(info === undefined ? {} : { info }) }]);
    }
  }
  for (const label of ["unordered", "no retransmits", "short lived"]) {
    expect(await from.call("refusals", label)).toEqual(["MESSAGE_TOO_LARGE", "MESSAGE_TOO_LARGE", ""]);
  }
  expect(await from.call("refusals", "raw")).toEqual(["MESSAGE_TOO_LARGE", "MESSAGE_TOO_LARGE", "UNSUPPORTED_PAYLOAD"]);
  await from.call("sendNative", "past send");
  expect((await to.call("takeCount", "raw", 3 * ROUNDS + 1)).at(-1)).toMatchObject({ text: "past send" });
}

async function bothWays(first: Member, second: Member, room: string): Promise<void> {
  await first.call("join", server.url, room, "first");
  await second.call("join", server.url, room, "second");
  for (const made of await Promise.all([first.call("options"), second.call("options")])) {
    expect(made).toEqual({
      unordered: { ...DEFAULTS, ordered: false },
      "no retransmits": { ...DEFAULTS, ordered: false, maxRetransmits: 0 },
      "short lived": { ...DEFAULTS, maxPacketLifeTime: 50 },
      raw: { ...DEFAULTS, protocol: "example.v1" },
    });
  }
  await exchange(first, second);
  await exchange(second, first);
  for (const member of [first, second]) expect(await member.call("leave")).toEqual([]);
  await Promise.all([first.close(), second.close()]);
}

const title = "unordered, unreliable and raw: each message whole or not at all";
describeWith([], "plain channels between two Node processes", () => {
  test(title, async () => {
    await bothWays(await startActor(ENTRY, "node"), await startActor(ENTRY, "node"), "node");
  });
});
describeEachBrowser("plain channels between Node and a page", (browser, name) => {
  test(title, async () => {
    await bothWays(await startActor(ENTRY, browser()), await startActor(ENTRY, "node"), name);
  });
});
