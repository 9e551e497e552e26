import { createServer as createPlain, type Server } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Addresses } from "./access/addresses.js";
import type { Counters } from "./counters.js";
import { TOLD_SOCKETS, type Limits } from "./limits.js";
import type { TlsOptions } from "./options.js";

export interface GateOptions {
  readonly tls: TlsOptions | undefined;
  readonly limits: Limits;
  readonly counters: Counters;
  /** Counts by who connects; `undefined` behind a proxy, where that is always the same. */
  readonly addresses: Addresses | undefined;
}

/** How often node looks for handshakes that take too long: a tenth of the shortest patience that makes sense. */
const CHECK_INTERVAL_MS = 1_000;
/** What a browser sends in a handshake, cookies included; node's own limit. */
const MAX_HEADER_BYTES = 16_384;

/**
 * The HTTP server, with what a hostile network can do to one bounded: how long a handshake takes, of TLS and of HTTP, how
 * large it is, and how many sockets an address has before anything was parsed.
 */
export function createGate({ tls, limits, counters, addresses }: GateOptions): Server {
  const { helloTimeoutMs } = limits;
  const options = {
    headersTimeout: helloTimeoutMs,
    requestTimeout: helloTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, helloTimeoutMs),
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: 5_000,
  };
  const server = tls
    ? createSecure({ ...options, ...tls, handshakeTimeout: helloTimeoutMs, minVersion: "TLSv1.2" })
    : createPlain(options);
  // Before a request is complete there is nobody to answer; node answers 400 and 408 by itself without a listener.
  if (addresses) server.on("connection", (socket: Socket) => count(socket, addresses, limits, counters));
  return server;
}

function count(socket: Socket, addresses: Addresses, limits: Limits, counters: Counters): void {
  // Gone already: there is no close event to come, which would count it off.
  if (socket.remoteAddress === undefined) return void socket.destroy();
  const address = addresses.get(socket.remoteAddress);
  const { remotePort } = socket;
  address.sockets++;
  socket.once("close", () => {
    address.sockets--;
    address.late.delete(remotePort);
  });
  const now = performance.now();
  if (address.sockets <= limits.connectionsPerAddress + TOLD_SOCKETS) {
    if (address.bucket.tryTake(now) === 0) return;
    // A few get through the handshake, which alone can carry a reason.
    if (address.told.tryTake(now) === 0) return void address.late.add(remotePort);
  }
  counters.rejected++;
  socket.destroy();
}

export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

export function urlOf(server: Server, scheme: string): { url: string; port: number } {
  const { address, family, port } = server.address() as AddressInfo;
  return { url: `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${port}`, port };
}
