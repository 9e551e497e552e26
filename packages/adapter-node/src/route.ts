import { isIPv4 } from "node:net";
import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import type { ConnectionOptions } from "@peerhood/core";
import type { IceServer } from "node-datachannel";
import { toNativeIceServers } from "./ice-servers.js";
import { RelayFront } from "./relay-front.js";

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** How the packets of one connection go. */
export interface Route {
  readonly iceServers: IceServer[];
  /** `undefined`: all addresses of this machine. */
  readonly bindAddress: string | undefined;
  /** Whether a remote candidate of that IP address, or host name, may be tried. */
  readonly isAllowed: (address: string) => boolean;
  readonly close: () => void;
}

/**
 * @throws PeerhoodError `INVALID_ARGUMENT` (an ICE server), `TOO_MANY_CONNECTIONS`
 */
export function createRoute(
  { iceServers, iceTransportPolicy, logger }: Omit<ConnectionOptions, "handlers">,
  bindAddress: string | undefined,
  interfaces: Interfaces = networkInterfaces(),
): Route {
  const servers = toNativeIceServers(iceServers, logger);
  if (iceTransportPolicy !== "relay") {
    return {
      iceServers: servers,
      bindAddress: bindAddress ?? loopbackIfAlone(interfaces),
      isAllowed: () => true,
      close: () => {},
    };
  }
  const turn = servers.filter(({ relayType }) => relayType !== undefined);
  if (turn.length === 0) {
    logger.warn('iceTransportPolicy is "relay", but no usable TURN server is in iceServers: nothing can connect.');
  }
  const loopback = relayLoopback(interfaces);
  const fronts: RelayFront[] = [];
  const close = (): void => {
    for (const front of fronts) front.close();
  };
  try {
    for (const server of turn) fronts.push(new RelayFront({ loopback, server, bindAddress, logger }));
  } catch (error) {
    close();
    throw error;
  }
  return {
    iceServers: fronts.map(({ server }) => server),
    bindAddress: loopback,
    // From IPv6 loopback, IPv6 addresses of this machine could be reached directly; relays speak IPv4.
    isAllowed: isIPv4,
    close,
  };
}

/**
 * ICE gathers no loopback addresses, so a machine without a network, as containers for tests are, connects to nobody,
 * not even itself, unless it is told to.
 */
export function loopbackIfAlone(interfaces: Interfaces): string | undefined {
  return addressesOf(interfaces).some(({ internal }) => !internal) ? undefined : "127.0.0.1";
}

/** IPv6 where there is one: from IPv4, remotes on this same machine would be reached directly. */
function relayLoopback(interfaces: Interfaces): string {
  return addressesOf(interfaces).some(({ address }) => address === "::1") ? "::1" : "127.0.0.1";
}

function addressesOf(interfaces: Interfaces): NetworkInterfaceInfo[] {
  return Object.values(interfaces).flatMap((list) => list ?? []);
}
