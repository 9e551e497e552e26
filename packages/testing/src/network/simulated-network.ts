import type { Datagram } from "../adapter/datagram.js";
import type { VirtualClock } from "../clock/virtual-clock.js";
import { SimulatedBroker } from "../driver/simulated-broker.js";
import { SimulatedDriver, type SimulatedDriverOptions } from "../driver/simulated-driver.js";
import type { MediaSources } from "../media/simulated-media.js";
import { SeededRandom } from "../random/seeded-random.js";
import { DEFAULT_CONDITIONS, type LinkConditions } from "./conditions.js";
import { Endpoints } from "./endpoints.js";
import { NetworkPlane, type PacketEvent } from "./network-plane.js";

export interface SimulatedNetworkOptions extends Partial<LinkConditions> {
  readonly clock: VirtualClock;
  /** The same seed gives the same run, packet by packet. @default 0 */
  readonly seed?: number | string;
  /** Conditions on the way to the broker, where they differ from those between the peers. */
  readonly signaling?: Partial<LinkConditions>;
}

/** What is open on an adapter. */
export interface HandleCounts {
  readonly connections: number;
  readonly channels: number;
}

/** What is alive on a network; all zero once everybody has closed what they opened. */
export interface LiveCounts extends HandleCounts {
  /** Of drivers, at the broker. */
  readonly subscriptions: number;
  /** On their way, between peers and to and from the broker. */
  readonly packets: number;
  /** Of the clock, those of the packets included. */
  readonly timers: number;
}

/**
 * Hosts, the links between them, and a broker for signals; in memory, on a virtual clock, all chance out of the seed.
 * Its own methods concern what travels between peers, those of `signaling` what travels between drivers.
 *
 * @example
 * const network = new SimulatedNetwork({ clock, seed: 7, latencyMs: 20, loss: 0.02 });
 * network.partition(["alice"]);
 * network.signaling.change({ loss: 0.5 });
 */
export class SimulatedNetwork {
  readonly clock: VirtualClock;
  readonly #random: SeededRandom;
  #forks = 0;
  /** Links between drivers and the broker, whose host is called `"broker"`. */
  readonly signaling: NetworkPlane;
  /** For the simulated adapter. */
  readonly plane: NetworkPlane;
  readonly endpoints = new Endpoints<Datagram>();
  /** For the simulated adapter. */
  readonly mediaSources: MediaSources = new Map();
  /** For the simulated adapter: what may still have something to send. */
  readonly associations = new Set<{ readonly idle: boolean }>();
  readonly #broker: SimulatedBroker;
  readonly #counts = new Set<HandleCounts>();

  /** @throws PeerhoodError `INVALID_ARGUMENT` (a condition out of its range) */
  constructor({ clock, seed = 0, signaling = {}, ...conditions }: SimulatedNetworkOptions) {
    this.clock = clock;
    this.#random = new SeededRandom(seed);
    const common = { ...DEFAULT_CONDITIONS, ...conditions };
    this.plane = new NetworkPlane(clock, this.#random.fork("peers"), common);
    this.signaling = new NetworkPlane(clock, this.#random.fork("signaling"), { ...common, ...signaling });
    this.#broker = new SimulatedBroker(this.signaling);
  }

  /** Randomness of its own for one part of the simulation, different at each call. */
  fork(name: string): SeededRandom {
    return this.#random.fork(`${name}/${this.#forks++}`);
  }

  /** Changes the conditions of all links between peers from now on. */
  change(conditions: Partial<LinkConditions>): void {
    this.plane.change(conditions);
  }

  /** Changes the link between two hosts, in both directions unless `oneWay`. */
  link(a: string, b: string, conditions: Partial<LinkConditions>, options?: { oneWay?: boolean }): void {
    this.plane.link(a, b, conditions, options);
  }

  /** Cuts these hosts off from all others, not from each other. Signals still pass. */
  partition(hosts: Iterable<string>): void {
    this.plane.partition(hosts);
  }

  /** Ends all partitions between peers. */
  heal(): void {
    this.plane.heal();
  }

  /** Calls `observer` for each packet between peers. Returns a function that stops it. */
  observe(observer: (event: PacketEvent) => void): () => void {
    return this.plane.observe(observer);
  }

  /** A driver of that host, over the broker of this network. */
  createDriver(host: string, options?: SimulatedDriverOptions): SimulatedDriver {
    return new SimulatedDriver({ ...options, host, clock: this.clock, broker: this.#broker });
  }

  /** For the simulated adapter: its handles count as this network's from now on. */
  countHandles(counts: HandleCounts): void {
    this.#counts.add(counts);
  }

  /** No signal is on its way, and no data that a channel was given. Connectivity checks do not count. */
  get idle(): boolean {
    return this.signaling.inFlight === 0 && [...this.associations].every(({ idle }) => idle);
  }

  get live(): LiveCounts {
    const counts = [...this.#counts];
    return {
      connections: counts.reduce((sum, { connections }) => sum + connections, 0),
      channels: counts.reduce((sum, { channels }) => sum + channels, 0),
      subscriptions: this.#broker.size,
      packets: this.plane.inFlight + this.signaling.inFlight,
      timers: this.clock.pendingCount,
    };
  }
}
