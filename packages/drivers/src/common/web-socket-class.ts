import { importPeer } from "./import-peer.js";

/** The runtime's own, or that of `ws` where there is none: Node before 22. */
export async function webSocketClass(): Promise<typeof globalThis.WebSocket> {
  if (typeof globalThis.WebSocket === "function") return globalThis.WebSocket;
  const ws = await importPeer("ws", () => import("ws"));
  return ws.WebSocket as unknown as typeof globalThis.WebSocket;
}
