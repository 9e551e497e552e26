import { EventRepository, type Event } from "@nostr-relay/common";
import { NostrRelay } from "@nostr-relay/core";
import { WebSocketServer } from "ws";
import { startHttpServer } from "./http-server.js";

/** Keeps nothing: ephemeral events are passed on only (NIP-01). */
class NoEvents extends EventRepository {
  isSearchSupported(): boolean {
    return false;
  }
  upsert(_event: Event): { isDuplicate: boolean } {
    return { isDuplicate: false };
  }
  find(): Event[] {
    return [];
  }
  async destroy(): Promise<void> {}
}

/** A relay of `@nostr-relay/core`, which checks ids and signatures; `refuse` answers events with this reason. */
export async function startNostrRelay(refuse?: string) {
  const http = await startHttpServer();
  const relay = new NostrRelay(new NoEvents());
  if (refuse !== undefined) {
    relay.register({ beforeHandleEvent: () => ({ canHandle: false, message: refuse }) });
  }
  const sockets = new WebSocketServer({ server: http.server });
  sockets.on("connection", (socket) => {
    relay.handleConnection(socket);
    socket.on("message", (frame) => void relay.handleMessage(socket, JSON.parse(String(frame))).catch(() => {}));
    socket.on("error", () => {});
    socket.on("close", () => relay.handleDisconnect(socket));
  });
  return { port: http.port, stop: async () => (await http.stop(), await relay.destroy()) };
}
