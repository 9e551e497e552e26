import { WebSocketServer, type WebSocket } from "ws";
import { asRecord } from "../common/json-socket.js";
import { startHttpServer } from "./http-server.js";
import { readToken } from "./jwt.js";

export interface CentrifugoDoubleOptions {
  /** Of the tokens; without it nobody needs one. */
  readonly tokenKey?: string;
  /** Clients may subscribe and publish in this one; another is unknown. @default "peerhood-signals" */
  readonly namespace?: string;
  /** As `client.channel_limit`, whose default is 128 in Centrifugo. @default 1_000 */
  readonly channelLimit?: number;
  /** Nobody may publish. @default false */
  readonly readOnly?: boolean;
}

/** `client.websocket.message_size_limit` and `channel.max_length` as Centrifugo has them by default. */
const MAX_FRAME_BYTES = 65_536;
const MAX_CHANNEL_LENGTH = 255;

/**
 * What Centrifugo does with its bidirectional JSON protocol, version 2 (centrifugal.dev/docs/transports/client_protocol,
 * codes of centrifugal.dev/docs/server/codes): connect, subscribe, unsubscribe, publish, ping; one command a line.
 */
export async function startCentrifugoDouble(options: CentrifugoDoubleOptions = {}) {
  const { tokenKey, namespace = "peerhood-signals", channelLimit = 1_000, readOnly = false } = options;
  const http = await startHttpServer();
  const sockets = new WebSocketServer({
    server: http.server,
    path: "/connection/websocket",
    maxPayload: MAX_FRAME_BYTES,
  });
  const channels = new Map<string, Set<WebSocket>>();

  sockets.on("connection", (socket) => {
    let connected = false;
    let pings: ReturnType<typeof setInterval> | undefined;
    const held = new Set<string>();
    const say = (value: object): void => socket.send(JSON.stringify(value));
    const leave = (channel: string): void => {
      held.delete(channel);
      channels.get(channel)?.delete(socket);
    };
    /** The reply without its id; a code ends the connection. */
    const handle = (command: Readonly<Record<string, unknown>>): object | number => {
      const [verb] = Object.keys(command).filter((key) => key !== "id");
      const request = asRecord(command[verb ?? ""]);
      const channel = String(request["channel"]);
      if (verb === "connect") {
        if (tokenKey !== undefined && !readToken(String(request["token"]), tokenKey)) return 3_500;
        connected = true;
        pings = setInterval(() => say({}), 25_000);
        return { connect: { client: crypto.randomUUID(), version: "double", ping: 25, pong: true } };
      }
      if (!connected) return 3_501;
      if (verb === "unsubscribe") {
        leave(channel);
        return { unsubscribe: {} };
      }
      if (verb !== "subscribe" && verb !== "publish") return { error: { code: 104, message: "method not found" } };
      if (!channel.startsWith(`${namespace}:`)) return { error: { code: 102, message: "unknown channel" } };
      if (channel.length > MAX_CHANNEL_LENGTH) return { error: { code: 107, message: "bad request" } };
      if (verb === "subscribe") {
        if (held.has(channel)) return { error: { code: 105, message: "already subscribed" } };
        if (held.size >= channelLimit) return { error: { code: 106, message: "limit exceeded" } };
        held.add(channel);
        channels.set(channel, (channels.get(channel) ?? new Set()).add(socket));
        return { subscribe: {} };
      }
      if (readOnly) return { error: { code: 103, message: "permission denied" } };
      for (const each of channels.get(channel) ?? []) {
        each.send(JSON.stringify({ push: { channel, pub: { data: request["data"] } } }));
      }
      return { publish: {} };
    };
    socket.on("message", (frame) => {
      for (const line of String(frame).split("\n").filter(Boolean)) {
        const command = asRecord(JSON.parse(line));
        // A pong.
        if (Object.keys(command).length === 0) continue;
        const reply = handle(command);
        if (typeof reply === "number") return socket.close(reply, reply === 3_500 ? "invalid token" : "bad request");
        say({ id: command["id"], ...reply });
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(pings);
      for (const channel of held) leave(channel);
    });
  });
  return http;
}
