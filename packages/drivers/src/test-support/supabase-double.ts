import type { IncomingMessage, ServerResponse } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import { asRecord } from "../common/json-socket.js";
import { startHttpServer } from "./http-server.js";
import { readToken } from "./jwt.js";

export interface SupabaseDoubleOptions {
  readonly apiKey: string;
  /** Of the tokens of those who are signed in: private channels are for them. */
  readonly tokenKey?: string;
  /** How many channels one connection may join; 100 in Supabase's free plan. @default 1_000 */
  readonly channelLimit?: number;
}

interface Member {
  readonly socket: WebSocket;
  readonly joinRef: unknown;
  readonly self: boolean;
  readonly ack: boolean;
}

/** Of a broadcast, as in Supabase's free plan. */
const MAX_PAYLOAD_BYTES = 256_000;

/**
 * What Supabase Realtime does with broadcasts: Phoenix channels in serialization 1.0.0
 * (supabase.com/docs/guides/realtime/protocol), and `POST api/broadcast` (supabase.com/docs/guides/realtime/broadcast).
 */
export async function startSupabaseDouble({ apiKey, tokenKey, channelLimit = 1_000 }: SupabaseDoubleOptions) {
  const channels = new Map<string, Map<WebSocket, Member>>();
  const isMember = (token: unknown): boolean =>
    tokenKey !== undefined && typeof token === "string" && readToken(token, tokenKey) !== undefined;

  const spread = (topic: string, payload: object, from?: WebSocket): void => {
    for (const { socket, self } of channels.get(topic)?.values() ?? []) {
      if (socket === from && !self) continue;
      socket.send(JSON.stringify({ topic, event: "broadcast", payload, ref: null, join_ref: null }));
    }
  };

  const http = await startHttpServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const cors = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "apikey, authorization, content-type",
    };
    const end = (status: number): void => void response.writeHead(status, cors).end();
    if (request.method === "OPTIONS") return end(204);
    let body = "";
    for await (const chunk of request) body += String(chunk);
    if (request.url !== "/realtime/v1/api/broadcast" || request.method !== "POST") return end(404);
    if (request.headers["apikey"] !== apiKey) return end(401);
    const token = request.headers.authorization?.replace(/^Bearer /, "");
    const { messages } = asRecord(JSON.parse(body));
    for (const each of Array.isArray(messages) ? messages : []) {
      const { topic, event, payload, private: isPrivate } = asRecord(each);
      if (isPrivate === true && !isMember(token)) return end(403);
      if (JSON.stringify(payload).length > MAX_PAYLOAD_BYTES) return end(413);
      spread(`realtime:${String(topic)}`, { type: "broadcast", event, payload });
    }
    end(202);
  };

  const sockets = new WebSocketServer({
    server: http.server,
    path: "/realtime/v1/websocket",
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      new URL(req.url ?? "", "http://double").searchParams.get("apikey") === apiKey,
  });
  sockets.on("connection", (socket) => {
    const joined = new Set<string>();
    /** Said after the reply to whatever is asked next. */
    let late: (() => void)[] = [];
    const leave = (topic: string): void => {
      joined.delete(topic);
      channels.get(topic)?.delete(socket);
    };
    socket.on("message", (frame) => {
      const due = late;
      late = [];
      setImmediate(() => due.forEach((each) => each()));
      const { topic: given, event, payload, ref, join_ref } = asRecord(JSON.parse(String(frame)));
      const topic = String(given);
      const say = (name: string, content: object, number: unknown = ref): void =>
        socket.send(JSON.stringify({ topic, event: name, payload: content, ref: number, join_ref }));
      const reply = (status: "ok" | "error", reason?: string): void =>
        say("phx_reply", { status, response: reason === undefined ? {} : { reason } });
      const content = asRecord(payload);
      const member = channels.get(topic)?.get(socket);
      if (event === "heartbeat") return reply("ok");
      if (event === "phx_join") {
        const config = asRecord(content["config"]);
        const { self, ack } = asRecord(config["broadcast"]);
        if (joined.size >= channelLimit) return reply("error", "ChannelRateLimitReached: Too many channels");
        if (config["private"] === true && !isMember(content["access_token"])) {
          return reply("error", "Unauthorized: You do not have permissions to read from this Channel topic");
        }
        joined.add(topic);
        const members = channels.get(topic) ?? new Map<WebSocket, Member>();
        channels.set(topic, members.set(socket, { socket, joinRef: ref, self: self === true, ack: ack === true }));
        return reply("ok");
      }
      if (member === undefined || member.joinRef !== join_ref) return reply("error", "unmatched topic");
      if (event === "phx_leave") {
        leave(topic);
        reply("ok");
        // With the number of the join, when the process of the channel has ended: another join may have come meanwhile.
        return void late.push(() => say("phx_close", {}, member.joinRef));
      }
      if (event !== "broadcast" || JSON.stringify(payload).length > MAX_PAYLOAD_BYTES)
        return reply("error", "bad push");
      spread(topic, content, socket);
      if (member.ack) reply("ok");
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      for (const topic of joined) leave(topic);
    });
  });
  return http;
}
