import { assertNothingLeft } from "@peerhood/testing";
import fc from "fast-check";
import { expect } from "vitest";
import type { RemotePeer } from "../../remote-peer.js";
import { Ledger } from "./ledger.js";
import { createPair, leave, type PairMember, type PairOfPeers } from "./pair-of-peers.js";
import { conditions, LABELS, steps, stepsWithRestarts, type Step } from "./steps.js";

const LONG_MS = 3_000_000;

/**
 * Whatever happens to the line, and whenever: what is sent on a reliable channel arrives once, and begins in order; a
 * request is answered once; both sides end up connected, as the same remotes; nothing is left.
 */
export async function happen(happenings: readonly Step[], line: object, seed: number): Promise<void> {
  const run = await Run.begin(seed, line);
  const { members } = run.pair;
  const remotes = members.map(({ remote }) => remote());
  await run.play(happenings);
  for (const [index, { remote, errors, events }] of members.entries()) {
    // That the broker was away is told.
    expect(errors.filter((each) => !each.startsWith("SIGNALING_UNREACHABLE"))).toEqual([]);
    expect(remote()).toBe(remotes[index]);
    expect(events).not.toContain("failed");
    for (const label of LABELS) expect(events.filter((event) => event === `open ${label}`)).toHaveLength(1);
  }
  expect(members[0].remote().channels.has("z")).toBe(members[1].remote().channels.has("z"));
  await run.end();
}

export const whateverHappens = fc.asyncProperty(steps, conditions, fc.nat(), happen);

/**
 * The same with sides that are killed and come back as another stay: what was under way with the one before fails, and
 * nothing of it comes twice or to the other; channels open anew, and both sides end up connected.
 */
export const whoeverRestarts = fc.asyncProperty(
  stepsWithRestarts,
  conditions,
  fc.nat(),
  async (happenings, line, seed) => {
    const run = await Run.begin(seed, line);
    await run.play(happenings);
    await run.end();
  },
);

class Run {
  readonly pair: PairOfPeers;
  readonly #ledger: Ledger;
  /** As it is without faults; asked once, since a step may come in the middle of another one's. */
  readonly #signaling: { readonly loss: number; readonly duplicate: number };
  #joining: Promise<void>[] = [];
  /** What waits for the next loss. */
  #armed: (() => void)[] = [];

  private constructor(pair: PairOfPeers, ledger: Ledger) {
    this.pair = pair;
    this.#ledger = ledger;
    this.#signaling = pair.network.signaling.conditions("any", "broker");
    for (const member of pair.members) this.#watch(member);
  }

  static async begin(seed: number, line: object): Promise<Run> {
    const pair = await createPair({
      seed,
      conditions: line,
      peer: { connectionTimeoutMs: LONG_MS, reconnect: { timeoutMs: LONG_MS } },
    });
    const run = new Run(pair, new Ledger(pair.clock));
    await pair.clock.runUntil(Promise.all(LABELS.flatMap((label) => pair.members.map(({ peer }) => peer.open(label)))));
    return run;
  }

  async play(happenings: readonly Step[]): Promise<void> {
    const { clock, network, members } = this.pair;
    for (const step of happenings) {
      await clock.advance(Math.max(0, step.atMs - clock.now()));
      this.#act(step);
    }
    // What is still to come of it: cuts that end, sides that come back.
    await clock.advance(10_000);
    this.#armed = [];
    network.heal();
    network.signaling.heal();
    for (const { driver } of members) if (driver.state !== "open") driver.goOnline();
    await clock.runUntil(Promise.all(this.#joining));
    // A driver notices in the end that its broker was out of reach, and who joined meanwhile has to be heard of.
    if (this.pair.killed.length > 0) {
      for (const { driver } of members) {
        driver.goOffline();
        driver.goOnline();
      }
    }
    for (let ms = 0; ms < 300_000 && this.#ledger.busy; ms += 1_000) await clock.advance(1_000);
    await clock.runUntil(this.#ledger.answered(), { limitMs: 600_000 });
    await clock.advance(60_000);

    expect(this.#ledger.check()).toEqual([]);
    for (const { remote, peer } of members) {
      expect(peer.remotes.size).toBe(1);
      expect(remote().state).toBe("connected");
      for (const label of LABELS) expect(remote().channels.get(label)?.readyState).toBe("open");
    }
    // On a line that loses packets, another one is begun now and then for doubts that prove unfounded.
    for (let ms = 0; ms < 30_000 && network.live.connections > 2; ms += 100) await clock.advance(100);
    expect(network.live.connections).toBe(2);
  }

  /** Both can still talk, on every channel; then they leave, and nothing is left. */
  async end(): Promise<void> {
    const { clock, members, network } = this.pair;
    for (const { peer, remote } of members) for (const label of LABELS) this.#ledger.send(peer, remote(), label, 10);
    await clock.advance(20_000);
    expect(this.#ledger.check()).toEqual([]);
    await leave(this.pair);
    await assertNothingLeft(network);
  }

  #watch({ peer }: PairMember): void {
    this.#ledger.watch(peer);
    peer.on("connection:disconnected", () => {
      for (const begin of this.#armed.splice(0)) begin();
    });
  }

  #act(step: Step): void {
    const { clock, network, members, restart } = this.pair;
    const member = members["side" in step ? step.side : 0] as PairMember;
    const [remote] = member.peer.remotes.values() as Iterable<RemotePeer | undefined>;
    const isolate = (): void => network.partition([members[0].host]);
    const cutFor = (ms: number): void => {
      isolate();
      clock.setTimeout(() => network.heal(), ms);
    };
    switch (step.t) {
      case "cut":
        return isolate();
      case "heal":
        return network.heal();
      case "cut signaling":
        return network.signaling.partition([member.host]);
      case "heal signaling":
        return network.signaling.heal();
      case "offline":
        return member.driver.goOffline();
      case "online":
        return member.driver.goOnline();
      case "kill":
        return void member.connections.find(({ native }) => native === remote?.connection)?.close();
      case "outage":
        return cutFor(step.ms);
      case "cut while resuming":
        return void this.#armed.push(() => clock.setTimeout(() => cutFor(step.ms), step.afterMs));
      case "signals lost":
      case "signals doubled": {
        const [faulty, usual] =
          step.t === "signals lost"
            ? [{ loss: 1 }, { loss: this.#signaling.loss }]
            : [{ duplicate: 1 }, { duplicate: this.#signaling.duplicate }];
        return void this.#armed.push(() => {
          network.signaling.change(faulty);
          clock.setTimeout(() => network.signaling.change(usual), step.ms);
        });
      }
      case "network changed":
        return member.peer.active ? member.machine().networkChanged() : undefined;
      case "sleep":
        return member.sleep(step.ms);
      case "restart":
        this.#ledger.bury(member.peer);
        return this.#join(restart(step.side), step.afterMs);
      case "send":
        if (remote !== undefined) this.#ledger.send(member.peer, remote, step.label, step.bytes);
        return;
      case "request":
        if (remote !== undefined) this.#ledger.ask(remote, step.takesMs);
        return;
      case "open":
        return void remote?.open("z").catch(() => {});
      case "close":
        return void remote?.close("z").catch(() => {});
    }
  }

  #join(member: PairMember, afterMs: number): void {
    this.#watch(member);
    const { clock, members } = this.pair;
    const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
    const join = async (): Promise<void> => {
      await wait(afterMs);
      for (const label of LABELS) void member.peer.open(label).catch(() => {});
      // The broker may be out of reach for longer than it is waited for; and it may be killed before it is there.
      while (members.includes(member) && !member.peer.active) {
        await member.peer.join("room").catch(() => wait(1_000));
      }
    };
    this.#joining.push(join());
  }
}
