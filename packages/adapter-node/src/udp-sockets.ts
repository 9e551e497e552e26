import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { PeerhoodError } from "@peerhood/core";

export interface UdpOptions {
  readonly bindAddress: string | undefined;
  readonly portRange: { readonly first: number; readonly last: number } | undefined;
}

/** File descriptors that libdatachannel may need for one connection: a socket, and pipes of threads it starts. */
const SPARE_DESCRIPTORS = 8;

/**
 * Makes sure that libdatachannel will get its UDP socket: it ends the process when it does not. To be called right
 * before; everything is synchronous and released again.
 * @throws PeerhoodError `TOO_MANY_CONNECTIONS` (retryable: file descriptors or ports are used up), `INVALID_ARGUMENT`
 */
export function checkUdpSockets({ bindAddress = "0.0.0.0", portRange }: UdpOptions): void {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < SPARE_DESCRIPTORS) sockets.push(bindNow(bindAddress, 0));
    if (portRange) sockets.push(bindFirstFree(bindAddress, portRange));
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/**
 * Resolves when nobody has these ports, or after `patienceMs`: libdatachannel gives its socket back on a thread of its
 * own, after it has told that the connection is closed, and there is no event for it.
 */
export async function portsReleased(
  bindAddress: string | undefined,
  ports: readonly number[],
  patienceMs: number,
): Promise<void> {
  const end = performance.now() + patienceMs;
  for (const port of ports) {
    while (!isFree(bindAddress ?? "0.0.0.0", port) && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

function isFree(address: string, port: number): boolean {
  try {
    bindNow(address, port).close();
    return true;
  } catch (error) {
    return !isPortUsed(error);
  }
}

/**
 * A UDP socket that is bound when this returns; `port` 0 is any.
 * @throws PeerhoodError as {@link checkUdpSockets}
 */
export function bindNow(address: string, port: number): Socket {
  const family = isIPv6(address) ? 6 : 4;
  // With a lookup that answers at once, Node binds within the call, and tells of failure within it, too.
  const socket = createSocket({ type: `udp${family}`, lookup: (host, _options, found) => found(null, host, family) });
  let failure: NodeJS.ErrnoException | undefined;
  const fail = (error: NodeJS.ErrnoException): void => void (failure = error);
  socket.once("error", fail);
  socket.bind({ address, port, exclusive: true });
  socket.off("error", fail);
  if (failure === undefined) return socket;
  socket.close();
  throw refusal(failure, address, port);
}

function bindFirstFree(address: string, { first, last }: { first: number; last: number }): Socket {
  for (let port = first; port <= last; port++) {
    try {
      return bindNow(address, port);
    } catch (error) {
      if (!isPortUsed(error)) throw error;
    }
  }
  throw new PeerhoodError(
    "TOO_MANY_CONNECTIONS",
    `All UDP ports from ${first} to ${last} are in use, and each connection takes one. Close some connections, or ` +
      "give the adapter a larger portRange.",
    { retryable: true },
  );
}

function isPortUsed(error: unknown): boolean {
  return error instanceof PeerhoodError && (error.cause as NodeJS.ErrnoException).code === "EADDRINUSE";
}

function refusal(cause: NodeJS.ErrnoException, address: string, port: number): PeerhoodError {
  if (["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"].includes(cause.code ?? "")) {
    return new PeerhoodError(
      "TOO_MANY_CONNECTIONS",
      "No file descriptors are left for another connection. Close some, or raise the limit of the process (ulimit -n).",
      { cause, retryable: true },
    );
  }
  return new PeerhoodError(
    "INVALID_ARGUMENT",
    `No UDP socket can be bound to ${address} port ${port} (${cause.code}). Give the adapter a bindAddress of this machine, and a ` +
      "portRange that this process may use.",
    { cause },
  );
}
