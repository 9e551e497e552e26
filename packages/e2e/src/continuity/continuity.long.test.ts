import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { killActors, startActor, type RunningActor } from "../actors/start-actor.js";
import type * as member from "./member.js";
import { Namespaces, whyNoNamespaces } from "./namespaces.js";
import type * as server from "./server.js";

type Member = RunningActor<typeof member>;

/** Issue 6 asks for 256 MiB; set it for that. */
const FILE_BYTES = Number(process.env["CONTINUITY_MIB"] ?? 24) * 1_048_576;
const PORT = 8_787;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const why = await whyNoNamespaces();
let net: Namespaces;
let members: Member[] = [];
let broker: RunningActor<typeof server>;

const startBroker = async (): Promise<void> => {
  broker = await startActor<typeof server>(new URL("./server.ts", import.meta.url), "node", { inside: net.inside(2) });
  await broker.call("start", PORT);
};

beforeAll(async () => {
  if (why === undefined) net = await Namespaces.create();
});
afterEach(killActors);
afterAll(() => net?.close());

async function meet(): Promise<void> {
  await startBroker();
  members = await Promise.all(
    ([0, 1] as const).map((host) =>
      startActor<typeof member>(new URL("./member.ts", import.meta.url), "node", { inside: net.inside(host) }),
    ),
  );
  await Promise.all(members.map((each, host) => each.call("join", `ws://${net.serverAddress(host as 0 | 1)}:${PORT}`)));
}

/** From now on until a line of either has reached the other, in milliseconds. */
async function timeToHear(): Promise<number> {
  const now = Date.now();
  const heard = await Promise.all(members.map((each) => each.call("heardAfter", now)));
  return Math.max(...heard) - now;
}

describe.skipIf(why !== undefined)(`between two hosts${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  test(
    "a file and a chat go on through outages, moves, losses and a restart of the server",
    { timeout: 240_000 },
    async () => {
      await meet();
      for (const each of members) await each.call("chat");
      const sending = members.map((each, index) => each.call("sendFile", FILE_BYTES, index + 1));
      await wait(1_000);
      const took: Record<string, number[]> = {};
      const measure = async (what: string, fault: () => Promise<void>): Promise<void> => {
        await fault();
        const ms = await timeToHear();
        (took[what] ??= []).push(ms);
        console.log(
          `${what}: ${ms} ms after heal; ${JSON.stringify(await Promise.all(members.map((m) => m.call("states"))))}`,
        );
        await wait(1_000);
      };
      const down = async (ms: number): Promise<void> => {
        await net.link(0, "down");
        await wait(ms);
        await net.link(0, "up");
      };
      for (let i = 0; i < 3; i++) await measure("3 s down", () => down(3_000));
      for (let i = 0; i < 3; i++) await measure("address changed", () => net.move(0));
      await measure("20 s down", () => down(20_000));
      await measure("20 s down, server restarted meanwhile", async () => {
        await net.link(0, "down");
        await broker.kill();
        await wait(10_000);
        await startBroker();
        await wait(10_000);
        await net.link(0, "up");
      });
      await net.loss(10);
      await wait(3_000);
      await measure("10 % lost, 3 s down", () => down(3_000));
      await net.loss(0);

      const hashes = await Promise.all(sending);
      const counts = await Promise.all(members.map((each) => each.call("quiet")));
      const received = await Promise.all(members.map((each) => each.call("received")));
      const lines = await Promise.all(members.map((each) => each.call("heard")));
      const seen = await Promise.all(members.map((each) => each.call("seen")));
      console.log(JSON.stringify(took), JSON.stringify(seen));
      expect(received).toEqual([[hashes[1]], [hashes[0]]]);
      for (const [index, heard] of lines.entries()) {
        expect(heard.map(({ text }) => text)).toEqual(
          Array.from({ length: counts[1 - index] ?? 0 }, (_, n) => `line ${n}`),
        );
      }
      for (const each of seen) expect(each).not.toContain("closed");
      await Promise.all(members.map((each) => each.call("leave")));
      await Promise.all(members.map((each) => each.close()));
      await broker.call("stop");
      await broker.close();
    },
  );
});
