import type { ConnectionOptions } from "@peerhood/core";
import { BrowserConnection } from "./connection.js";
import { checkNative, createNative } from "./native.js";

export { watchHost } from "./watch-host.js";

/** What only a page that joins a room needs; loaded by then, in a chunk of its own. */
export type MakeConnection = (configuration: RTCConfiguration, options: ConnectionOptions) => BrowserConnection;

/** @throws PeerhoodError `NATIVE_MODULE_MISSING` */
export function connectionMaker(): MakeConnection {
  checkNative();
  return (configuration, { handlers, logger, iceServers, iceTransportPolicy }) =>
    new BrowserConnection(
      createNative({
        // One transport for all sections: Firefox gathers for each new one otherwise, and the other side has no use for
        // those candidates.
        bundlePolicy: "max-bundle",
        ...configuration,
        iceServers: [...iceServers],
        iceTransportPolicy,
      }),
      handlers,
      logger,
    );
}
