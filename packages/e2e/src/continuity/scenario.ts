import { expect } from "vitest";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import type { TestBrowser } from "../browser/types.js";
import type * as member from "./member.js";
import type { Namespaces } from "./namespaces.js";
import type * as server from "./server.js";

type Member = RunningActor<typeof member>;

const PORT = 8_787;
/** Several times what a resumption takes. */
const SETTLE_MS = 1_000;
/** Without any event for so long, a pair is calm. */
const CALM_MS = 3_000;
const CALM_WITHIN_MS = 40_000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Two members, one per host, and the server between them; a file each way and a chat of 20 lines a second all the time. */
export class Scenario {
  readonly #net: Namespaces;
  readonly #members: readonly Member[];
  #broker: RunningActor<typeof server>;
  #sending: Promise<string>[] = [];
  readonly #tookMs = new Map<string, number[]>();

  private constructor(net: Namespaces, members: readonly Member[], broker: RunningActor<typeof server>) {
    this.#net = net;
    this.#members = members;
    this.#broker = broker;
  }

  /** `browser`: of the second member; without one that is a Node process, as the first. */
  static async begin(net: Namespaces, fileBytes: number, browser?: TestBrowser): Promise<Scenario> {
    const broker = await startBroker(net);
    const entry = new URL("./member.ts", import.meta.url);
    const members = await Promise.all([
      startActor<typeof member>(entry, "node", { inside: net.inside(0) }),
      startActor<typeof member>(entry, browser ?? "node", browser === undefined ? { inside: net.inside(1) } : {}),
    ]);
    const urls = ([0, 1] as const).map((host) => `ws://${net.serverAddress(host)}:${PORT}`);
    await Promise.all(members.map((each, host) => each.call("join", urls[host] ?? "")));
    const scenario = new Scenario(net, members, broker);
    for (const each of members) await each.call("chat");
    scenario.#sending = members.map((each, index) => each.call("sendFile", fileBytes, index + 1));
    await wait(SETTLE_MS);
    return scenario;
  }

  /**
   * After that fault: how long until a line that was said after it has reached the other side, both ways. A line that was
   * said before may be on its way already, and tells nothing.
   */
  async measure(what: string, fault: () => Promise<void>): Promise<void> {
    await fault();
    const healedAt = Date.now();
    const next = await Promise.all(this.#members.map((each) => each.call("next")));
    const heard = await Promise.all(this.#members.map((each, index) => each.call("heardLine", next[1 - index] ?? 0)));
    const ms = Math.max(...heard) - healedAt;
    this.#tookMs.set(what, [...(this.#tookMs.get(what) ?? []), ms]);
    const states = await Promise.all(this.#members.map((each) => each.call("states")));
    console.log(`${what}: ${ms} ms until lines flow again; ${JSON.stringify(states)}`);
    await wait(SETTLE_MS);
  }

  /** So long, whatever the line is like, nobody sees anything of it: no connection is lost, and none replaced. */
  async steady(what: string, ms: number): Promise<void> {
    const before = await this.#seen();
    await wait(ms);
    expect(await this.#seen(), what).toEqual(before);
  }

  /**
   * What came after the last fault is over: lines flow again before the new connection is told of, or given up, and on a
   * line that loses packets the first new one may not be the last.
   */
  async calm(): Promise<void> {
    const until = Date.now() + CALM_WITHIN_MS;
    for (let before = await this.#seen(); Date.now() < until;) {
      await Promise.all(this.#members.map((each) => each.call("settled")));
      await wait(CALM_MS);
      const now = await this.#seen();
      if (JSON.stringify(now) === JSON.stringify(before)) return;
      before = now;
    }
    throw new Error(`Not calm within ${CALM_WITHIN_MS} ms: ${JSON.stringify(await this.#seen())}`);
  }

  #seen(): Promise<readonly string[][]> {
    return Promise.all(
      this.#members.map(async (each) => (await each.call("seen")).filter((name) => name !== "quality")),
    );
  }

  async down(ms: number): Promise<void> {
    await this.#net.link(0, "down");
    await wait(ms);
    await this.#net.link(0, "up");
  }

  async downWithServer(ms: number): Promise<void> {
    await this.#net.link(0, "down");
    await this.#broker.kill();
    await wait(ms / 2);
    this.#broker = await startBroker(this.#net);
    await wait(ms / 2);
    await this.#net.link(0, "up");
  }

  /** Equal hashes, each line once and in order, nobody was ever closed; then both leave, and their processes end. */
  async end(): Promise<Map<string, number>> {
    const members = this.#members;
    const hashes = await Promise.all(this.#sending);
    const counts = await Promise.all(members.map((each) => each.call("quiet")));
    const received = await Promise.all(members.map((each) => each.call("received")));
    const lines = await Promise.all(members.map((each) => each.call("heard")));
    const seen = await Promise.all(members.map((each) => each.call("seen")));
    expect(received).toEqual([[hashes[1]], [hashes[0]]]);
    for (const [index, heard] of lines.entries()) {
      const all = Array.from({ length: counts[1 - index] ?? 0 }, (_, n) => `line ${n}`);
      expect(heard.map(({ text }) => text)).toEqual(all);
    }
    for (const each of seen) expect(each).not.toContain("closed");
    await Promise.all(members.map((each) => each.call("leave")));
    await Promise.all(members.map((each) => each.close()));
    await this.#broker.call("stop");
    await this.#broker.close();
    const medians = new Map([...this.#tookMs].map(([what, each]) => [what, median(each)]));
    for (const [what, ms] of medians) {
      console.log(`${what}: median ${ms} ms of ${this.#tookMs.get(what)?.join(", ")}`);
    }
    return medians;
  }
}

async function startBroker(net: Namespaces): Promise<RunningActor<typeof server>> {
  const broker = await startActor<typeof server>(new URL("./server.ts", import.meta.url), "node", {
    inside: net.inside(2),
  });
  await broker.call("start", PORT);
  return broker;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
