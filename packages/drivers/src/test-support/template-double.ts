import { WebSocketServer, type WebSocket } from "ws";
import { asRecord } from "../common/json-socket.js";
import { startHttpServer } from "./http-server.js";

/**
 * HERE: the broker, if it can be installed where tests run (then start that, as nats.test.ts does), else what it does, after
 * its published protocol. This one: requests with an id, which a reply has as well; to the topic `forbidden` nobody may.
 */
export async function startTemplateDouble() {
  const http = await startHttpServer();
  const topics = new Map<string, Set<WebSocket>>();
  new WebSocketServer({ server: http.server }).on("connection", (socket) => {
    socket.on("message", (frame) => {
      const { id, do: what, topic: given, data } = asRecord(JSON.parse(String(frame)));
      const topic = String(given);
      const members = topics.get(topic) ?? new Set();
      if (topic.endsWith("/forbidden")) return socket.send(JSON.stringify({ id, error: "forbidden" }));
      if (what === "subscribe") topics.set(topic, members.add(socket));
      if (what === "unsubscribe") members.delete(socket);
      if (what === "publish") for (const each of members) each.send(JSON.stringify({ topic, data }));
      socket.send(JSON.stringify({ id }));
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      for (const members of topics.values()) members.delete(socket);
    });
  });
  return http;
}
