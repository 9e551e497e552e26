import { PeerhoodError, type ConnectionAdapter, type HostEvents, type SocketLike } from "@peerhood/core";
import type { BrowserConnection } from "./connection.js";
import { BULK_FRAME_BYTES } from "./constants.js";
import type { MakeConnection } from "./make-connection.js";

export interface BrowserAdapterOptions {
  /** Further fields of `RTCConfiguration`, such as `certificates` or `iceCandidatePoolSize`, for every connection. */
  readonly configuration?: Omit<RTCConfiguration, "iceServers" | "iceTransportPolicy">;
}

/**
 * peerhood's adapter over the browser's own `RTCPeerConnection` and `WebSocket`. Neither is looked at before a peer
 * joins a room, so that a page may be rendered on a server.
 */
export function createBrowserAdapter(options: BrowserAdapterOptions = {}): ConnectionAdapter {
  let parts: LoadedParts | undefined;
  const loaded = (): LoadedParts => {
    if (parts === undefined) throw new PeerhoodError("INVALID_STATE", "Call load() of the adapter first, and wait.");
    return parts;
  };
  return {
    name: "browser",
    capabilities: { iceRestart: true, bulkFrameBytes: BULK_FRAME_BYTES },
    load: async () => {
      if (parts !== undefined) return;
      const { connectionMaker, watchHost } = await loadConnections();
      parts = { make: connectionMaker(), watchHost };
    },
    createConnection: (connection): BrowserConnection => loaded().make(options.configuration ?? {}, connection),
    watchHost: (events) => loaded().watchHost(events),
    createStream: () => new MediaStream(),
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

interface LoadedParts {
  readonly make: MakeConnection;
  readonly watchHost: (events: HostEvents) => () => void;
}

async function loadConnections(): Promise<{
  connectionMaker: () => MakeConnection;
  watchHost: LoadedParts["watchHost"];
}> {
  try {
    return await import("./make-connection.js");
  } catch (cause) {
    throw new PeerhoodError(
      "MODULE_LOAD_FAILED",
      "A part of peerhood could not be loaded. Is the page offline, or are its chunks of another build? Reload it.",
      { cause, retryable: true },
    );
  }
}

/** The adapter that `peerhood` uses in browsers. */
export const browserAdapter: ConnectionAdapter = /* @__PURE__ */ createBrowserAdapter();
