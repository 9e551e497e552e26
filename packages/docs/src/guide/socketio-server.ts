import type { Server as HttpServer } from "node:http";
import { serveTopics } from "@peerhood/drivers/socketio-server";
import { Server } from "socket.io";

export function serveSignaling(httpServer: HttpServer): void {
  const io = new Server(httpServer, { cors: { origin: "https://app.example" } });
  serveTopics(io, { authorize: (socket) => socket.handshake.auth["token"] === "…" });
}
