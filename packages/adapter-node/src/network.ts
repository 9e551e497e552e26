import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";

const IPV4_LOOPBACK = "127.0.0.1";

/**
 * The address to bind to when the application named none. ICE gathers no loopback addresses, so a machine without a
 * network, as containers for tests are, connects to nobody, not even itself, unless it is told to.
 */
export function loopbackIfAlone(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string | undefined {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.some(({ internal }) => !internal) ? undefined : IPV4_LOOPBACK;
}
