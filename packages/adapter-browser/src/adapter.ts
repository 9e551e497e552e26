import { PeerhoodError, type ConnectionAdapter, type ConnectionOptions, type SocketLike } from "@peerhood/core";
import { BrowserConnection } from "./connection.js";
import { BULK_FRAME_BYTES } from "./constants.js";
import { checkNative, createNative } from "./native.js";

export interface BrowserAdapterOptions {
  /** Further fields of `RTCConfiguration`, such as `certificates` or `iceCandidatePoolSize`, for every connection. */
  readonly configuration?: Omit<RTCConfiguration, "iceServers" | "iceTransportPolicy">;
}

/**
 * peerhood's adapter over the browser's own `RTCPeerConnection` and `WebSocket`. Neither is looked at before a peer
 * joins a room, so that a page may be rendered on a server.
 */
export function createBrowserAdapter(options: BrowserAdapterOptions = {}): ConnectionAdapter {
  return {
    name: "browser",
    capabilities: { iceRestart: true, bulkFrameBytes: BULK_FRAME_BYTES },
    load: checkNative,
    createConnection: ({ iceServers, iceTransportPolicy, handlers, logger }: ConnectionOptions): BrowserConnection =>
      new BrowserConnection(
        createNative({ ...options.configuration, iceServers: [...iceServers], iceTransportPolicy }),
        handlers,
        logger,
      ),
    createSocket: (url) => {
      try {
        const socket = new WebSocket(url);
        socket.binaryType = "arraybuffer";
        // The DOM's type excludes views of shared memory, which no caller has.
        return socket as SocketLike;
      } catch (cause) {
        // The URL is not repeated: it may hold what the application would not like to see in a log.
        throw new PeerhoodError(
          "INVALID_ARGUMENT",
          "The browser refused this WebSocket URL: it takes ws: and wss:, in a page from https: only wss:.",
          { cause },
        );
      }
    },
  };
}

/** The adapter that `peerhood` uses in browsers. */
export const browserAdapter: ConnectionAdapter = /* @__PURE__ */ createBrowserAdapter();
