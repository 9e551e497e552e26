import {
  createSimulatedAdapter,
  HostileBroker,
  SeededRandom,
  SimulatedNetwork,
  VirtualClock,
  type Hostility,
} from "@peerhood/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Peer } from "../peer.js";
import { silentLogger } from "../util/logger.js";
import { createForger } from "./testing/forger.js";
import { Members } from "./testing/members.js";

const often = fc.double({ min: 0, max: 0.6, noNaN: true });
const hostility = fc.record({
  drop: fc.double({ min: 0, max: 0.4, noNaN: true }),
  double: often,
  delay: often,
  rewrite: often,
  replay: often,
  redirect: often,
  forge: fc.oneof(fc.constant(0), often),
});
const scenario: fc.Arbitrary<Scenario> = fc.record({
  hostility,
  seed: fc.nat(),
  /** The second victim leaves and comes back, so that there is an older session to replay. */
  rejoins: fc.boolean(),
  /** The broker joins as a member, under its own id. */
  joins: fc.boolean(),
});

/** `refused`: apart, and told why. A key that was rewritten under way looks like another password. */
type End = "connected" | "refused" | "apart";

interface Scenario {
  readonly hostility: Hostility;
  readonly seed: number;
  readonly rejoins: boolean;
  readonly joins: boolean;
}

/** What a run may report: each says what is wrong with whom. */
const REFUSALS = new Set([
  "PASSWORD_MISMATCH",
  "PASSWORD_GUESSES_LIMIT",
  "VERSION_MISMATCH",
  "CONNECTION_TIMEOUT",
  "SIGNALING_SILENT",
]);
/** How long victims may take to find each other once the broker is honest. */
const HONEST_MS = 30 * 60_000;
const ROOM = "the room that nobody guesses";
const METADATA = ["metadata of alice", "metadata of bob"] as const;
// Long enough that no ciphertext has them by chance: three bytes are found once in 16 MiB.
const SECRETS = [ROOM, ...METADATA, "v=0\r\no=", "fingerprint", "candidate", "ice-pwd", "a long password"];

beforeAll(() => Members.warmUp());

/** Runs two victims over a hostile broker; gives how they ended. */
async function run({ hostility: what, seed, rejoins, joins }: Scenario, password: string | undefined): Promise<End> {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const network = new SimulatedNetwork({ clock, seed, latencyMs: 2 });
  const broker = new HostileBroker({ clock, random, forge: createForger(random.fork("forger")) }, what);
  const create = (host: string): Peer =>
    new Peer({
      adapter: createSimulatedAdapter(network, { host }),
      driver: broker.createDriver(),
      logger: silentLogger,
    });
  const [alice, bob, mallory] = [create("alice"), create("bob"), create("mallory")];
  const victims = [alice, bob];
  const errors: string[] = [];
  /** Of connections: why, as far as it is known. */
  const failures: string[] = [];
  for (const victim of victims) {
    victim.on("error", ({ error }) => void errors.push(error.code));
    victim.on("connection:failed", ({ error }) => void failures.push(error.code));
  }
  const secret = password === undefined ? {} : { password };
  const join = (index: 0 | 1): Promise<void> =>
    clock.runUntil((victims[index] as Peer).join({ room: ROOM, metadata: METADATA[index], ...secret }));
  await join(0);
  await join(1);
  // It knows the room's name, which is the worst case.
  if (joins) await clock.runUntil(mallory.join({ room: ROOM, metadata: "mallory" }));
  if (rejoins) {
    await clock.advance(2_000);
    await clock.runUntil(bob.leave());
    await join(1);
  }
  await clock.advance(20_000);
  broker.hostility = {};
  const meet = (): boolean =>
    victims.every((victim, index) => victim.remotes.get((victims[1 - index] as Peer).id)?.state === "connected");
  // Keys that it forged or rewrote may have used up the guesses at the password that are answered, for minutes.
  for (let waitedMs = 0; waitedMs < HONEST_MS && (waitedMs < 60_000 || !meet()); waitedMs += 10_000) {
    await clock.advance(10_000);
  }

  for (const [index, victim] of victims.entries()) {
    const other = victims[1 - index] as Peer;
    for (const remote of victim.remotes.values()) {
      if (remote.id === other.id) expect(remote.metadata).toBe(METADATA[1 - index]);
      else expect([password, remote.id, remote.metadata]).toEqual([undefined, mallory.id, "mallory"]);
    }
  }
  const between = victims.map((victim, index) => victim.remotes.get((victims[1 - index] as Peer).id));
  const isConnected = between.every((remote) => remote?.state === "connected");
  if (isConnected) expect(between[0]?.fingerprint).toEqual(between[1]?.fingerprint);
  for (const code of errors) expect(REFUSALS).toContain(code);
  for (const text of SECRETS) expect([text, broker.hasSeen(text)]).toEqual([text, false]);
  await clock.runUntil(Promise.all([alice, bob, mallory].map((peer) => peer.leave())));
  expect(broker.subscriptions).toBe(0);
  if (isConnected) return "connected";
  return errors.length + failures.length > 0 ? "refused" : "apart";
}

describe("a hostile broker between two members", { timeout: 300_000 }, () => {
  test.each([undefined, "a long password"])(
    "never is in the place of another, and reads nothing (password: %s)",
    async (password) => {
      const ends = { connected: 0, refused: 0, apart: 0 };
      const apart: unknown[] = [];
      await fc.assert(
        fc.asyncProperty(scenario, async (what) => {
          const end = await run(what, password);
          ends[end]++;
          if (end === "apart") apart.push(what);
        }),
        { numRuns: 200, endOnFailure: true },
      );
      console.info(`with ${password ?? "no password"}: ${JSON.stringify(ends)}`);
      // Once it has stopped they find each other, or know why not, whatever it did before.
      expect(apart).toEqual([]);
      expect(ends.connected).toBeGreaterThan(180);
    },
  );
});
