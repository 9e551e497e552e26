import { Peer, roomTopic } from "@peerhood/core";
import { loadRoom } from "@peerhood/core/internal";
import { beforeAll, expect, test } from "vitest";
import { createSimulatedAdapter } from "./adapter/simulated-adapter.js";
import { VirtualClock } from "./clock/virtual-clock.js";
import { assertNothingLeft } from "./leaks/assert-nothing-left.js";
import { SimulatedNetwork } from "./network/simulated-network.js";

// Loaded by import() at the first join, which no virtual clock waits for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

/** The example of the README, with a trace of all that happened. */
async function run(seed: number): Promise<string[]> {
  const clock = new VirtualClock({ traceTimers: true });
  const network = new SimulatedNetwork({ clock, seed, latencyMs: 40, jitterMs: 20, loss: 0.02 });
  const trace: string[] = [];
  const note = (...what: unknown[]): void => void trace.push(`${clock.now()} ${what.join(" ")}`);
  network.observe(({ from, to, bytes, what }) => note(from, to, bytes, what));
  network.signaling.observe(({ from, to, bytes, what }) => note("signal", from, to, bytes, what));
  const createPeer = (host: string): Peer => {
    const peer = new Peer({ adapter: createSimulatedAdapter(network, { host }), driver: network.createDriver(host) });
    peer.on("connection", ({ name, id }) => note(host, name, id));
    peer.on("channel:message", async ({ data }) => note(host, await data));
    return peer;
  };
  const [alice, bob] = [createPeer("alice"), createPeer("bob")];

  await Promise.all([alice, bob].map((peer) => peer.open("chat")));
  await clock.runUntil(Promise.all([alice, bob].map((peer) => peer.join("lobby"))));
  await clock.advance(5_000);
  await clock.runUntil(alice.send("hello", "chat"));
  expect(trace.some((line) => line.endsWith("bob hello"))).toBe(true);

  network.partition(["bob"]);
  await clock.advance(40_000);
  expect([...alice.remotes.values()].map(({ state }) => state)).not.toContain("connected");

  await clock.runUntil(Promise.all([alice, bob].map((peer) => peer.leave())));
  await assertNothingLeft(network);
  return trace;
}

test("peers meet, talk, lose each other and leave; the same seed gives the same run to the last packet", async () => {
  const first = await run(7);
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
}, 30_000);
