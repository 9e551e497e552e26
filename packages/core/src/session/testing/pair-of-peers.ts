import { createSimulatedAdapter, SimulatedNetwork, VirtualClock, type SimulatedDriver } from "@peerhood/testing";
import { Peer } from "../../peer.js";
import type { PeerOptions } from "../../peer-options.js";
import type { RemotePeer } from "../../remote-peer.js";
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
}

export interface PairOfPeers {
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  readonly members: readonly [PairMember, PairMember];
}

export interface PairOptions {
  readonly seed?: number;
  readonly conditions?: Partial<ConstructorParameters<typeof SimulatedNetwork>[0]>;
  readonly peer?: Partial<PeerOptions>;
  /** Milliseconds of silence after which a connection is interrupted, and after which it has failed. */
  readonly disconnectedAfterMs?: number;
  readonly failedAfterMs?: number;
  readonly traceTimers?: boolean;
}

/** Two peers that are connected to each other. */
export async function createPair(options: PairOptions = {}): Promise<PairOfPeers> {
  const { seed = 1, conditions = {}, peer: peerOptions, traceTimers = false } = options;
  const { disconnectedAfterMs = 1_000, failedAfterMs = 5_000 } = options;
  const clock = new VirtualClock({ traceTimers });
  const network = new SimulatedNetwork({ clock, seed, latencyMs: 10, ...conditions });
  const createMember = (host: string): PairMember => {
    const adapter = createSimulatedAdapter(network, { host, disconnectedAfterMs, failedAfterMs });
    const driver = network.createDriver(host);
    const peer = new Peer({ adapter, driver, logger: silentLogger, ...peerOptions });
    const events: string[] = [];
    const errors: string[] = [];
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
    const remote = (): RemotePeer => {
      const [first] = peer.remotes.values();
      if (first === undefined) throw new Error(`${host} has no remote`);
      return first;
    };
    return { host, peer, driver, events, errors, remote };
  };
  const members = [createMember("a"), createMember("b")] as const;
  const met = members.map(({ peer }) => new Promise((resolve) => void peer.once("connection:connected", resolve)));
  await clock.runUntil(Promise.all([...members.map(({ peer }) => peer.join("room")), ...met]));
  return { clock, network, members };
}

/** Both leave; the test goes on to see that nothing is left. */
export async function leave({ clock, members }: PairOfPeers): Promise<void> {
  await clock.runUntil(Promise.all(members.map(({ peer }) => peer.leave())));
  await clock.runUntil(Promise.all(members.map(({ driver }) => driver.close())));
}
