import { createSimulatedAdapter, SeededRandom, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import type { SimulatedDriver } from "@peerhood/testing";
import type { Connection, ConnectionAdapter, HostEvents } from "../../adapter.js";
import { Peer } from "../../peer.js";
import type { PeerOptions } from "../../peer-options.js";
import type { RemotePeer } from "../../remote-peer.js";
import { importIdentity } from "../../sealing/identity.js";
import { encodeBase32 } from "../../util/base32.js";
import type { Clock } from "../../util/clock.js";
import { silentLogger } from "../../util/logger.js";

/** One of two peers over a simulated line, and what it has seen. */
export interface PairMember {
  readonly host: string;
  readonly peer: Peer;
  readonly driver: SimulatedDriver;
  /** Events of connections and channels, as they came: `connected`, `connected again`, `open x`, … */
  readonly events: string[];
  /** Failures that nobody awaited. */
  readonly errors: string[];
  readonly remote: () => RemotePeer;
  /** What its machine tells. */
  readonly machine: () => HostEvents;
  /** Its connections so far, the latest last. */
  readonly connections: readonly Connection[];
  /** Time goes on without it, as while its machine is suspended: what was due is late. */
  readonly sleep: (ms: number) => void;
}

export interface PairOfPeers {
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  readonly members: [PairMember, PairMember];
  /**
   * As SIGKILL does: nothing more is heard of that side. Another stay of the same identity takes its place, which has
   * not joined yet.
   */
  readonly restart: (side: number) => PairMember;
  /** Those that were killed; they know nothing of it, and have to be gone in the end, too. */
  readonly killed: readonly PairMember[];
}

export interface PairOptions {
  readonly seed?: number;
  readonly conditions?: Partial<ConstructorParameters<typeof SimulatedNetwork>[0]>;
  readonly peer?: Partial<PeerOptions>;
  /** Milliseconds of silence after which a connection is interrupted, and after which it has failed. */
  readonly disconnectedAfterMs?: number;
  readonly failedAfterMs?: number;
  readonly traceTimers?: boolean;
  /** Before it joins. */
  readonly prepare?: (member: PairMember) => void;
}

/** Two peers that are connected to each other. */
export async function createPair(options: PairOptions = {}): Promise<PairOfPeers> {
  const { seed = 1, conditions = {}, peer: peerOptions, traceTimers = false, prepare } = options;
  const { disconnectedAfterMs = 1_000, failedAfterMs = 5_000 } = options;
  const clock = new VirtualClock({ traceTimers });
  const network = new SimulatedNetwork({ clock, seed, latencyMs: 10, ...conditions });
  const random = new SeededRandom(seed);
  const identities = await Promise.all(
    ["a", "b"].map((name) => importIdentity(`peerhood-identity-1:${encodeBase32(random.fork(name).bytes(32))}`)),
  );
  const killed: PairMember[] = [];
  const createMember = (side: number): PairMember => {
    const host = `${"ab"[side]}${killed.length === 0 ? "" : killed.length}`;
    let asleepMs = 0;
    const ownClock: Clock = {
      now: () => clock.now() + asleepMs,
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
      clearTimeout: (timer) => clock.clearTimeout(timer),
    };
    const simulated = createSimulatedAdapter(network, { host, disconnectedAfterMs, failedAfterMs });
    const connections: Connection[] = [];
    let events: HostEvents | undefined;
    const adapter: ConnectionAdapter = {
      ...simulated,
      clock: ownClock,
      createConnection: (connectionOptions) => {
        const connection = simulated.createConnection(connectionOptions);
        connections.push(connection);
        return connection;
      },
      watchHost: (watcher) => {
        events = watcher;
        return () => (events = undefined);
      },
    };
    const driver = network.createDriver(host);
    const identity = identities[side];
    const peer = new Peer({ adapter, driver, logger: silentLogger, ...(identity && { identity }), ...peerOptions });
    const machine = (): HostEvents => {
      if (events === undefined) throw new Error(`${host} watches no machine`);
      return events;
    };
    const remote = (): RemotePeer => {
      const [first] = peer.remotes.values();
      if (first === undefined) throw new Error(`${host} has no remote`);
      return first;
    };
    const sleep = (ms: number): void => void (asleepMs += ms);
    const member = { host, peer, driver, events: [], errors: [], remote, machine, connections, sleep };
    note(member);
    prepare?.(member);
    return member;
  };
  const members: [PairMember, PairMember] = [createMember(0), createMember(1)];
  const met = members.map(({ peer }) => new Promise((resolve) => void peer.once("connection:connected", resolve)));
  await clock.runUntil(Promise.all([...members.map(({ peer }) => peer.join("room")), ...met]));
  return {
    clock,
    network,
    members,
    killed,
    restart: (side) => {
      const old = members[side] as PairMember;
      // Goes before partitions, so that no healing brings it back.
      const others = [...members, ...killed].filter((each) => each !== old).map(({ host }) => host);
      for (const other of others) network.link(old.host, other, { loss: 1 });
      network.signaling.link(old.host, "broker", { loss: 1 });
      killed.push(old);
      void old.peer.leave();
      void old.driver.close();
      return (members[side] = createMember(side));
    },
  };
}

/** Both leave; the test goes on to see that nothing is left. */
export async function leave({ clock, members, killed }: PairOfPeers): Promise<void> {
  const all = [...members, ...killed];
  await clock.runUntil(Promise.all(all.map(({ peer }) => peer.leave())));
  await clock.runUntil(Promise.all(all.map(({ driver }) => driver.close())));
}

function note({ peer, events, errors }: PairMember): void {
  // One by one: whoever listens to all of `connection` has its quality measured.
  for (const name of ["new", "connecting", "disconnected", "failed"] as const) {
    peer.on(`connection:${name}`, () => void events.push(name));
  }
  peer.on("connection:connected", ({ resumed }) => void events.push(resumed ? "connected again" : "connected"));
  peer.on("connection:closed", ({ reason }) => void events.push(`closed (${reason})`));
  peer.on("channel:open", ({ label }) => void events.push(`open ${label}`));
  peer.on("channel:close", ({ label }) => void events.push(`close ${label}`));
  peer.on("error", ({ error }) => void errors.push(`${error.code}: ${error.message}`));
  peer.on("channel:error", ({ error }) => void errors.push(`${error.code}: ${error.message}`));
}
