import { startServer } from "@peerhood/server";
import { SeededRandom } from "@peerhood/testing";
import { afterEach, expect, test } from "vitest";
import { killActors, startActor, type RunningActor } from "../actors/start-actor.js";
import type * as member from "./member.js";

type Member = RunningActor<typeof member>;

/** `npm run soak` makes it 20 minutes. */
const SECONDS = Number(process.env["SOAK_SECONDS"] ?? 60);
const SEED = process.env["SOAK_SEED"] ?? String(Math.floor(Math.random() * 1e9));
const COUNT = 10;
/** Those that nothing is done to, and whose memory and handles are looked at. */
const RESIDENTS = 2;
/** A killed one is given up after 10 s, one that could not be met is looked for again after 30 at most. */
const CONVERGE_MS = 90_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(killActors);

test(
  `${COUNT} peers come and go for ${SECONDS} s, with faults: all that remain meet, and nothing piles up`,
  { timeout: SECONDS * 1_000 + 4 * CONVERGE_MS },
  async () => {
    const random = new SeededRandom(SEED);
    const pick = (end: number): number => random.below(end);
    let server = await startServer({ port: 0, host: "127.0.0.1" });
    const { port, url } = server;
    const start = async (): Promise<Member> => {
      const each = await startActor<typeof member>(new URL("./member.ts", import.meta.url), "node", {
        nodeArgs: ["--expose-gc"],
      });
      await each.call("join", url);
      return each;
    };
    const members: Member[] = [];
    // One after the other: ten at once start no sooner on two cores.
    for (let i = 0; i < COUNT; i++) members.push(await start());

    const actions: Record<string, (index: number) => Promise<void>> = {
      killed: async (index) => {
        await members[index]?.kill();
        await wait(pick(3_000));
        members[index] = await start();
      },
      "left and back": async (index) => {
        await members[index]?.call("leave");
        await wait(pick(2_000));
        await members[index]?.call("join", url);
      },
      stopped: async (index) => {
        const pid = members[index]?.pid ?? 0;
        process.kill(pid, "SIGSTOP");
        await wait(500 + pick(3_500));
        process.kill(pid, "SIGCONT");
      },
      broken: async (index) => members[index]?.call("breakOne", random.next()),
      "server restarted": async () => {
        await server.close();
        await wait(pick(2_000));
        server = await startServer({ port, host: "127.0.0.1" });
      },
    };
    const weights = ["killed", "left and back", "left and back", "stopped", "broken", "broken", "broken"];
    const done: Record<string, number> = {};
    const churn = async (ms: number): Promise<void> => {
      const busy = new Set<number>();
      const under = new Set<Promise<void>>();
      const endAt = performance.now() + ms;
      for (let n = 0; performance.now() < endAt; n++) {
        const what = n % 20 === 19 ? "server restarted" : (weights[pick(weights.length)] as string);
        const index = RESIDENTS + pick(COUNT - RESIDENTS);
        if (!busy.has(index)) {
          busy.add(index);
          done[what] = (done[what] ?? 0) + 1;
          const action = actions[what]?.(index).finally(() => {
            busy.delete(index);
            if (action !== undefined) under.delete(action);
          });
          if (action !== undefined) under.add(action);
          // The server is everybody's.
          if (what === "server restarted") await action;
        }
        await wait(500 + pick(1_000));
      }
      await Promise.all(under);
    };
    const converge = async (): Promise<void> => {
      const startedAt = performance.now();
      const all = Promise.all(members.map((each) => each.call("converge", COUNT - 1)));
      const late = wait(CONVERGE_MS).then(() => "late");
      if ((await Promise.race([all, late])) === "late") {
        const views = await Promise.all(members.map((each) => each.call("view")));
        throw new Error(`Not all have met each other after ${CONVERGE_MS} ms (seed ${SEED}):\n${views.join("\n")}`);
      }
      console.log(`all pairs are connected after ${Math.round(performance.now() - startedAt)} ms`);
    };
    const usage = (): Promise<member.Usage[]> =>
      Promise.all(members.slice(0, RESIDENTS).map((each) => each.call("usage")));

    console.log(`SOAK_SEED=${SEED}`);
    // What is loaded, compiled and pooled at first use is there before it is measured.
    await churn(SECONDS * 333);
    await converge();
    const before = await usage();
    await churn(SECONDS * 667);
    await converge();
    const after = await usage();
    const reports = await Promise.all(members.map((each) => each.call("report")));
    console.log(JSON.stringify(done), reports.map(({ messages }) => messages).join(" "), "messages");
    console.log(`before ${JSON.stringify(before)}\nafter  ${JSON.stringify(after)}`);
    expect(reports.flatMap(({ faults }) => faults)).toEqual([]);
    for (const [index, { heapMib, rssMib, files, threads, resources }] of after.entries()) {
      const first = before[index] as member.Usage;
      expect(heapMib, "heap").toBeLessThan(first.heapMib * 1.2 + 5);
      expect(rssMib, "resident memory").toBeLessThan(first.rssMib * 1.3 + 30);
      expect(files, "open files").toBeLessThan(first.files + 12);
      expect(threads, "threads").toBeLessThan(first.threads + 12);
      expect(total(resources), "handles").toBeLessThan(total(first.resources) + 8);
    }
    await Promise.all(members.map((each) => each.call("leave")));
    await server.close();
  },
);

function total(counts: member.Usage["resources"]): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}
