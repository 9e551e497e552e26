import {
  createSimulatedAdapter,
  HostileBroker,
  SeededRandom,
  SimulatedNetwork,
  VirtualClock,
  type Hostility,
} from "@peerhood/testing";
import fc from "fast-check";
import { expect } from "vitest";
import type { ConnectionAdapter } from "../../adapter.js";
import { Peer } from "../../peer.js";
import type { Identity } from "../../sealing/identity.js";
import { silentLogger } from "../../util/logger.js";
import { createForger } from "./forger.js";
import { impostor } from "./impostors.js";

/** `refused`: apart, and told why. A key that was rewritten under way looks like another password. */
export type End = "connected" | "refused" | "apart";

export interface Scenario {
  readonly hostility: Hostility;
  readonly seed: number;
  /** The second victim leaves and comes back, so that there is an older session to replay. */
  readonly rejoins: boolean;
  /** The broker joins as a member, under its own id. */
  readonly joins: boolean;
  /** The broker joins as each victim for the other: with its id, as good code as its own, and another key. */
  readonly impersonates: boolean;
}

const often = fc.double({ min: 0, max: 0.6, noNaN: true });

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  hostility: fc.record({
    drop: fc.double({ min: 0, max: 0.4, noNaN: true }),
    double: often,
    delay: often,
    rewrite: often,
    replay: often,
    redirect: often,
    forge: fc.oneof(fc.constant(0), often),
  }),
  seed: fc.nat(),
  rejoins: fc.boolean(),
  joins: fc.boolean(),
  // Two members more cost as much as all else.
  impersonates: fc.nat(4).map((drawn) => drawn === 4),
});

/** What a run may report: each says what is wrong with whom. */
const REFUSALS = new Set([
  "PASSWORD_MISMATCH",
  "PASSWORD_GUESSES_LIMIT",
  "VERSION_MISMATCH",
  "CONNECTION_TIMEOUT",
  "SIGNALING_SILENT",
]);
/** Several times as long as anything is held back, repeated or tried again at first. */
const HOSTILE_MS = 12_000;
/** How long victims may take to find each other once the broker is honest. */
const HONEST_MS = 30 * 60_000;
export const ROOM = "the room that nobody guesses";
const METADATA = ["metadata of alice", "metadata of bob"] as const;
// Long enough that no ciphertext has them by chance: three bytes are found once in 16 MiB.
const SECRETS = [ROOM, ...METADATA, "v=0\r\no=", "a=fingerprint", "candidate:", "a=ice-pwd", "a long password"];

/** Runs two victims over a hostile broker, checks what must hold whatever it does, and gives how they ended. */
export async function meetOverHostileBroker(
  { hostility, seed, rejoins, joins, impersonates }: Scenario,
  password: string | undefined,
): Promise<End> {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const network = new SimulatedNetwork({ clock, seed, latencyMs: 2 });
  const broker = new HostileBroker({ clock, random, forge: createForger(random.fork("forger")) }, hostility);
  /** What the victims' connections have to say to each other, line by line. */
  const described = new Set<string>();
  const create = (host: string, identity?: Identity): Peer =>
    new Peer({
      ...(identity && { identity }),
      adapter: overheard(createSimulatedAdapter(network, { host }), described),
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
  const impostors = impersonates
    ? victims.map(({ id }, index) => create(`as ${index}`, impostor(id, random.bytes(32))))
    : [];
  const guess = password === undefined ? {} : { password: "not the password" };
  for (const each of impostors) await clock.runUntil(each.join({ room: ROOM, metadata: "impostor", ...guess }));
  await clock.advance(HOSTILE_MS);
  broker.hostility = {};
  const meet = (): boolean =>
    victims.every((victim, index) => victim.remotes.get((victims[1 - index] as Peer).id)?.state === "connected");
  // Keys that it forged or rewrote may have used up the guesses at the password that are answered, for minutes.
  for (let waitedMs = 0; waitedMs < HONEST_MS && (waitedMs < 20_000 || !meet()); waitedMs += 10_000) {
    await clock.advance(10_000);
  }

  for (const [index, victim] of victims.entries()) {
    const other = victims[1 - index] as Peer;
    for (const remote of victim.remotes.values()) {
      if (remote.id === other.id) expect(remote.metadata).toBe(METADATA[1 - index]);
      else expect([password, remote.id, remote.metadata]).toEqual([undefined, mallory.id, "mallory"]);
    }
  }
  // Nobody meets somebody who is not who it says.
  for (const each of impostors) expect(each.remotes.size).toBe(0);
  const between = victims.map((victim, index) => victim.remotes.get((victims[1 - index] as Peer).id));
  const isConnected = between.every((remote) => remote?.state === "connected");
  if (isConnected) {
    expect(between[0]?.fingerprint).toEqual(between[1]?.fingerprint);
    // Of one connection at least: both descriptions and a candidate of each.
    expect(described.size).toBeGreaterThan(10);
  }
  for (const code of errors) expect(REFUSALS).toContain(code);
  expect(broker.findAny([...SECRETS, ...described])).toBeUndefined();
  await clock.runUntil(Promise.all([alice, bob, mallory, ...impostors].map((peer) => peer.leave())));
  expect(broker.subscriptions).toBe(0);
  if (isConnected) return "connected";
  return errors.length + failures.length > 0 ? "refused" : "apart";
}

/** The adapter, of whose descriptions and candidates each line is kept that is too long to be met by chance. */
function overheard(adapter: ConnectionAdapter, lines: Set<string>): ConnectionAdapter {
  const keep = (text: string): void => {
    for (const line of text.split("\r\n")) if (line.length >= 8) lines.add(line);
  };
  return {
    ...adapter,
    createConnection: (options) => {
      const { handlers } = options;
      const connection = adapter.createConnection({
        ...options,
        handlers: {
          ...handlers,
          candidate: (candidate) => {
            if (candidate !== null) keep(candidate.candidate);
            handlers.candidate(candidate);
          },
        },
      });
      for (const verb of ["createOffer", "acceptOffer"] as const) {
        const call = connection[verb].bind(connection) as (...args: unknown[]) => Promise<{ sdp: string }>;
        Object.assign(connection, {
          [verb]: async (...args: unknown[]) => {
            const description = await call(...args);
            keep(description.sdp);
            return description;
          },
        });
      }
      return connection;
    },
  };
}
