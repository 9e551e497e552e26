import { PeerhoodError, type Connection, type ConnectionAdapter } from "@peerhood/core";
import type { VirtualClock } from "../clock/virtual-clock.js";
import { SimulatedStream } from "../media/simulated-stream.js";
import type { HandleCounts, SimulatedNetwork } from "../network/simulated-network.js";
import {
  DEFAULT_DISCONNECTED_AFTER_MS,
  DEFAULT_FAILED_AFTER_MS,
  DEFAULT_MAX_MESSAGE_BYTES,
  DEFAULT_SEND_WINDOW_BYTES,
} from "./constants.js";
import { checkIceServers } from "./ice-servers.js";
import { SimulatedConnection } from "./simulated-connection.js";

export interface SimulatedAdapterOptions {
  /** Name of the host that all connections of this adapter are made on: partitions and links go by it. */
  readonly host: string;
  /** Whether ICE can be restarted. Browsers can, Node can not. @default false */
  readonly iceRestart?: boolean;
  /** Largest message in bytes that is taken and sent. @default 262144 */
  readonly maxMessageBytes?: number;
  /** Bytes per connection that may be on their way unacknowledged. @default 524288 */
  readonly sendWindowBytes?: number;
  /** Milliseconds of silence after which a connection is `disconnected`. @default 5000 */
  readonly disconnectedAfterMs?: number;
  /** Milliseconds of silence, or of connecting in vain, after which it is `failed`. @default 30000 */
  readonly failedAfterMs?: number;
  /** Connections at a time, beyond which `TOO_MANY_CONNECTIONS` is thrown, as Chromium does at 500. @default Infinity */
  readonly maxConnections?: number;
}

/** A {@link ConnectionAdapter} that knows what is open on it. */
export interface SimulatedAdapter extends ConnectionAdapter {
  readonly clock: VirtualClock;
  readonly live: HandleCounts;
}

/** A frame for bulk data here, in bytes; any would do as well. */
const BULK_FRAME_BYTES = 65_536;

/**
 * A `ConnectionAdapter` in memory: real negotiation, candidates, roles, windows and retransmissions over a simulated
 * network. Where real runtimes differ it behaves like the worse one.
 *
 * @example
 * const adapter = createSimulatedAdapter(network, { host: "alice" });
 * const peer = new Peer({ adapter, driver: network.createDriver("alice") });
 */
export function createSimulatedAdapter(network: SimulatedNetwork, options: SimulatedAdapterOptions): SimulatedAdapter {
  const { host, iceRestart = false, maxConnections = Number.POSITIVE_INFINITY } = options;
  const random = network.fork(`adapter/${host}`);
  const bytes = random.fork("bytes");
  const live = { connections: 0, channels: 0 };
  let streams = 0;
  network.countHandles(live);
  return {
    live,
    name: "simulated",
    capabilities: { iceRestart, bulkFrameBytes: BULK_FRAME_BYTES },
    clock: network.clock,
    randomBytes: (length) => bytes.bytes(length),
    createConnection(connectionOptions): Connection {
      checkIceServers(connectionOptions.iceServers);
      if (live.connections >= maxConnections) {
        throw new PeerhoodError(
          "TOO_MANY_CONNECTIONS",
          `${host} has ${maxConnections} connections open; close one first.`,
          {
            retryable: true,
          },
        );
      }
      live.connections++;
      return new SimulatedConnection(
        {
          network,
          host,
          random: network.fork(`connection/${host}`),
          iceRestart,
          maxMessageBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
          windowBytes: options.sendWindowBytes ?? DEFAULT_SEND_WINDOW_BYTES,
          disconnectedAfterMs: options.disconnectedAfterMs ?? DEFAULT_DISCONNECTED_AFTER_MS,
          failedAfterMs: options.failedAfterMs ?? DEFAULT_FAILED_AFTER_MS,
          countChannels: (difference) => (live.channels += difference),
          onClosed: () => live.connections--,
        },
        connectionOptions,
      );
    },
    createStream: () => new SimulatedStream(`stream ${streams++}`),
    createSocket(): never {
      throw new PeerhoodError(
        "INVALID_STATE",
        "The simulated adapter has no sockets: give the Peer network.createDriver(host) as its driver.",
      );
    },
  };
}
