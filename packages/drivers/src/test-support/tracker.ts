import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What is used of the server of `bittorrent-tracker`, which has no types. */
interface TrackerServer {
  readonly http: Server;
  readonly torrents: Readonly<Record<string, { complete: number; incomplete: number } | undefined>>;
  on(event: "error" | "warning", listener: (error: Error) => void): void;
  listen(port: number, host: string, listening: () => void): void;
  close(closed: () => void): void;
}

type Filter = (hash: string, params: unknown, callback: (error: Error | null) => void) => void;

/** A tracker of `bittorrent-tracker`, WebSockets only. */
export async function startTracker(filter?: Filter) {
  const name = "bittorrent-tracker/server";
  const { default: Server } = (await import(/* @vite-ignore */ name)) as {
    default: new (options: object) => TrackerServer;
  };
  const server = new Server({ udp: false, http: true, ws: true, stats: false, ...(filter ? { filter } : {}) });
  // Of clients that go away in the middle of something.
  server.on("warning", () => {});
  server.on("error", () => {});
  const sockets = new Set<Socket>();
  server.http.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    server,
    sockets,
    port: (server.http.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}
