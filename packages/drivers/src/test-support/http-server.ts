import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

export interface RunningServer {
  readonly server: Server;
  readonly port: number;
  stop(): Promise<void>;
}

/** A server on a free port of 127.0.0.1; `stop` breaks whatever is open. */
export async function startHttpServer(listener?: RequestListener, maxHeaderSize = 131_072): Promise<RunningServer> {
  const server = createServer({ maxHeaderSize }, listener);
  const sockets = new Set<Duplex>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
