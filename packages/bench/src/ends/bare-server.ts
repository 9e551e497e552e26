import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

const SUBSCRIBE = 2;
const UNSUBSCRIBE = 3;

/**
 * The least that a topic server can be: frames `type u8 | topic length u8 | topic | body`, each handed on as it came to
 * whoever is subscribed. No tokens, limits, answers or checks.
 */
export async function start(): Promise<string> {
  const topics = new Map<string, Set<WebSocket>>();
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  server.on("connection", (socket) => {
    const own = new Set<string>();
    const leave = (topic: string): void => {
      own.delete(topic);
      const subscribers = topics.get(topic);
      if (subscribers?.delete(socket) && subscribers.size === 0) topics.delete(topic);
    };
    socket.on("message", (data: Buffer) => {
      const topic = data.toString("latin1", 2, 2 + data.readUInt8(1));
      const type = data.readUInt8(0);
      if (type === SUBSCRIBE) {
        own.add(topic);
        topics.set(topic, (topics.get(topic) ?? new Set()).add(socket));
      } else if (type === UNSUBSCRIBE) {
        leave(topic);
      } else {
        for (const subscriber of topics.get(topic) ?? []) subscriber.send(data);
      }
    });
    socket.on("close", () => own.forEach(leave));
  });
  await once(server, "listening");
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export { cpuMs, memoryBytes } from "./usage.js";
