import { PeerhoodError, roomTopic, type PeerOptions } from "@peerhood/core";
import { loadPassword, loadRoom } from "@peerhood/core/internal";
import { defaultNames, type PeerNames } from "./names.js";
import { RealWorld } from "./real-world.js";
import { SimulatedWorld } from "./simulated-world.js";
import { TestRoom } from "./test-room.js";

/** How the simulated network is, between any two peers and per direction. */
export interface TestNetwork {
  /** Milliseconds that every packet takes at least. @default 1 */
  readonly latencyMs?: number;
  /** Milliseconds that a packet may take on top. @default 0 */
  readonly jitterMs?: number;
  /** Share of packets that are lost, 0 to 1. Signals are not. @default 0 */
  readonly loss?: number;
  /** Share of packets that later ones overtake, 0 to 1. @default 0 */
  readonly reorder?: number;
  /** Share of packets that arrive twice, 0 to 1. @default 0 */
  readonly duplicate?: number;
  /** Bytes per second, above 0. @default Infinity */
  readonly bandwidth?: number;
}

export interface TestRoomOptions<Peers extends number | readonly string[] = number | readonly string[]> {
  /** How many, or their names. Counted ones are alice, bob, carol, dave, erin, frank and so on. @default 0 */
  readonly peers?: Peers;
  /** Without effect with `real`. */
  readonly network?: TestNetwork;
  /** The same seed gives the same run. Without effect with `real`. @default 0 */
  readonly seed?: number | string;
  /** Options of the peers, as of `new Peer()`; driver and adapter are the room's. */
  readonly peer?: Omit<PeerOptions, "adapter" | "driver">;
  /** Real connections in this process and real time, in the place of the simulation. Needs the package `peerhood`. */
  readonly real?: boolean;
}

type NameOf<Peers> = Peers extends readonly (infer Name extends string)[]
  ? Name
  : Peers extends number
    ? PeerNames<Peers>
    : string;

/**
 * Peers over a network that the test is in charge of: in memory and on a virtual clock, or real ones with `real`.
 *
 * ```ts
 * const room = await createTestRoom({ peers: 3, network: { latencyMs: 40, loss: 0.02 }, seed: 7 });
 * const { alice, bob, carol } = room.peers;
 * await room.joinAll();
 * room.partition([alice], [bob, carol]);
 * ```
 * @throws PeerhoodError `INVALID_ARGUMENT`; with `real`: `PACKAGE_MISSING`, `NATIVE_MODULE_MISSING`
 */
export async function createTestRoom<const Peers extends number | readonly string[] = 0>(
  options: TestRoomOptions<Peers> = {},
): Promise<TestRoom<NameOf<Peers>>> {
  const { peers = 0, network = {}, seed = 0, real = false, peer = {} } = options;
  const given: number | readonly string[] = peers;
  const names = typeof given === "number" ? defaultNames(given) : given;
  if (new Set(names).size < names.length) {
    throw new PeerhoodError("INVALID_ARGUMENT", `Two peers have one name: ${names.join(", ")}.`);
  }
  const { bandwidth, ...conditions } = network;
  const world = real
    ? await RealWorld.create()
    : new SimulatedWorld({
        conditions: { ...conditions, ...(bandwidth === undefined ? {} : { bandwidthBytesPerSecond: bandwidth }) },
        seed,
      });
  // Loaded by import() at the first join, which no virtual clock waits for.
  await Promise.all([roomTopic("warm-up"), loadRoom(), loadPassword("warm-up")]);
  return new TestRoom<NameOf<Peers>>(world, names, peer);
}
