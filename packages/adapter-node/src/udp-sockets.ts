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
export function checkUdpSockets({ bindAddress, portRange }: UdpOptions): void {
  const address = bindAddress ?? "0.0.0.0";
  const sockets: Socket[] = [];
  try {
    for (let count = 1; count < SPARE_DESCRIPTORS; count++) open(sockets, address, 0, portRange);
    const { first, last } = portRange ?? { first: 0, last: 0 };
    for (let port = first; !open(sockets, address, port, portRange); port++) {
      if (port >= last) throw portsUsedUp(portRange);
    }
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/** Whether the port was free. */
function open(sockets: Socket[], address: string, port: number, portRange: UdpOptions["portRange"]): boolean {
  const type = isIPv6(address) ? "udp6" : "udp4";
  // With a lookup that answers at once, Node binds within the call and reports failure within it, too.
  const socket = createSocket({ type, lookup: (host, _options, found) => found(null, host, type === "udp6" ? 6 : 4) });
  let failure: NodeJS.ErrnoException | undefined;
  socket.on("error", (error: NodeJS.ErrnoException) => (failure ??= error));
  socket.bind({ address, port, exclusive: true });
  socket.unref();
  if (!failure) {
    sockets.push(socket);
    return true;
  }
  socket.close();
  if (failure.code === "EADDRINUSE" && port !== 0) return false;
  throw refusal(failure, address, portRange);
}

function refusal(cause: NodeJS.ErrnoException, address: string, portRange: UdpOptions["portRange"]): PeerhoodError {
  if (["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"].includes(cause.code ?? "")) {
    return new PeerhoodError(
      "TOO_MANY_CONNECTIONS",
      "No file descriptors are left for another connection. Close some, or raise the limit of the process (ulimit -n).",
      { cause, retryable: true },
    );
  }
  const ports = portRange ? ` with a port from ${portRange.first} to ${portRange.last}` : "";
  return new PeerhoodError(
    "INVALID_ARGUMENT",
    `No UDP socket can be bound to ${address}${ports} (${cause.code}). Give the adapter a bindAddress of this machine.`,
    { cause },
  );
}

function portsUsedUp(portRange: UdpOptions["portRange"]): PeerhoodError {
  return new PeerhoodError(
    "TOO_MANY_CONNECTIONS",
    `All UDP ports from ${portRange?.first} to ${portRange?.last} are in use, and each connection takes one. ` +
      "Close some, or give the adapter a larger portRange.",
    { retryable: true },
  );
}
