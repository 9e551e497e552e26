import { PeerhoodError, type ConnectionAdapter, type ConnectionOptions } from "@peerhood/core";
import { silentLogger } from "@peerhood/core/internal";
import type { PeerConnection, RtcConfig } from "node-datachannel";
import { NodeConnection } from "./connection.js";
import { BULK_FRAME_BYTES, MAX_MESSAGE_BYTES, PORT_PATIENCE_MS } from "./constants.js";
import { toNativeIceServers } from "./ice-servers.js";
import { loadNative, type NativeModule } from "./load-native.js";
import { NodeMediaStream } from "./media/track/node-media-stream.js";
import { checkOptions, toNativeSctp, type NodeAdapterOptions } from "./options.js";
import { createRoute } from "./route.js";
import { openSocket } from "./socket.js";
import { checkUdpSockets, portsReleased } from "./udp-sockets.js";
import { watchHost } from "./watch-host.js";

/**
 * peerhood's adapter over node-datachannel's native API, and `ws` for signaling. Native code is loaded when a peer
 * joins a room.
 * @throws PeerhoodError `INVALID_ARGUMENT`
 */
export function createNodeAdapter(options: NodeAdapterOptions = {}): ConnectionAdapter {
  checkOptions(options);
  let loaded: NativeModule | undefined;

  function load(): NativeModule {
    if (loaded) return loaded;
    loaded = loadNative();
    // Global to the process: no second time, so that what the application sets later stays.
    if (options.sctp !== false) loaded.setSctpSettings(toNativeSctp(options.sctp));
    return loaded;
  }

  function createConnection({ handlers, ...connection }: ConnectionOptions): NodeConnection {
    const module = load();
    const { portRange, mtu } = options;
    const route = createRoute(connection, options.bindAddress);
    const { iceServers, bindAddress } = route;
    // Ports of the whole machine are many; those of a range are to serve again as soon as `close()` has resolved.
    const released = async (ports: readonly number[]): Promise<void> => {
      if (portRange) await portsReleased(bindAddress, ports, PORT_PATIENCE_MS);
    };
    const checkSockets = (): void => checkUdpSockets({ bindAddress, portRange });
    try {
      checkSockets();
      const native = createNative(module, {
        iceServers,
        iceTransportPolicy: connection.iceTransportPolicy,
        disableAutoNegotiation: true,
        // Without it, tracks that are added later never open.
        forceMediaTransport: true,
        maxMessageSize: MAX_MESSAGE_BYTES,
        ...(bindAddress !== undefined && { bindAddress }),
        ...(portRange && { portRangeBegin: portRange.first, portRangeEnd: portRange.last }),
        ...(mtu !== undefined && { mtu }),
      });
      return new NodeConnection({
        native,
        Video: module.Video,
        handlers,
        logger: connection.logger,
        route,
        servers: toNativeIceServers(connection.iceServers, silentLogger),
        bindAddress: options.bindAddress,
        checkSockets,
        portsReleased: released,
      });
    } catch (error) {
      route.close();
      throw error;
    }
  }

  return {
    name: "node",
    capabilities: { iceRestart: false, bulkFrameBytes: BULK_FRAME_BYTES },
    load: () => void load(),
    createConnection,
    createStream: () => new NodeMediaStream(),
    watchHost,
    createSocket: openSocket,
  };
}

function createNative({ PeerConnection }: NativeModule, config: RtcConfig): PeerConnection {
  try {
    return new PeerConnection("peerhood", config);
  } catch (cause) {
    throw new PeerhoodError("NATIVE_FAILED", "libdatachannel refused to make a connection; see cause.", { cause });
  }
}

/** The adapter that `peerhood` uses in Node. */
export const nodeAdapter: ConnectionAdapter = /* @__PURE__ */ createNodeAdapter();
