import type { IncomingMessage, ServerResponse } from "node:http";
import { startHttpServer } from "./http-server.js";
import { readToken } from "./jwt.js";

export interface MercureDoubleOptions {
  /** Of the tokens. Without it everybody may do everything. */
  readonly tokenKey?: string;
  /** Those without a token may subscribe to what is public. @default true */
  readonly anonymous?: boolean;
  /** Since draft 8 topics come as `match`, before as `topic`. @default "topic" */
  readonly parameter?: "topic" | "match";
  /** Each update is told twice, as where two streams overlap. @default false */
  readonly stutters?: boolean;
  /** The request for this stream, counted from 1, is hung up on. */
  readonly hangsUpOn?: number;
}

interface Update {
  readonly id: string;
  readonly topic: string;
  readonly data: string;
  readonly isPrivate: boolean;
}

interface Subscriber {
  readonly response: ServerResponse;
  readonly topics: ReadonlySet<string>;
  readonly claim: readonly string[];
}

/**
 * What a hub does (mercure.rocks/spec): updates by POST, subscriptions by GET with Server-Sent Events, JSON web tokens whose
 * claim `mercure` has topics to publish and to subscribe (or `*`), and what came after `Last-Event-ID`. No URI templates.
 */
export async function startMercureDouble(options: MercureDoubleOptions = {}) {
  const { tokenKey, anonymous = true, parameter = "topic", stutters = false, hangsUpOn } = options;
  const subscribers = new Set<Subscriber>();
  const history: Update[] = [];
  const requests: string[] = [];

  /** Of its token; `undefined` if that is none. */
  const claimOf = (request: IncomingMessage, role: "publish" | "subscribe"): readonly string[] | undefined => {
    if (tokenKey === undefined) return ["*"];
    const cookie = /(?:^|; )mercureAuthorization=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
    const token = request.headers.authorization?.replace(/^Bearer /, "") ?? cookie;
    if (token === undefined) return role === "subscribe" && anonymous ? [] : undefined;
    const { mercure } = (readToken(token, tokenKey) ?? {}) as { mercure?: Record<string, readonly string[]> };
    return mercure && (mercure[role] ?? []);
  };
  const names = (claim: readonly string[], topic: string): boolean => claim.includes("*") || claim.includes(topic);
  const send = ({ response, topics, claim }: Subscriber, { id, topic, data, isPrivate }: Update): void => {
    if (topics.has(topic) && (!isPrivate || names(claim, topic))) {
      response.write(`id: ${id}\ndata: ${data}\n\n`.repeat(stutters ? 2 : 1));
    }
  };

  const publish = async (request: IncomingMessage, end: (status: number, body?: string) => void): Promise<void> => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const [topic, ...more] = form.getAll("topic");
    if (topic === undefined || more.length > 0) return end(400);
    const claim = claimOf(request, "publish");
    if (claim === undefined) return end(401);
    if (!names(claim, topic)) return end(403);
    const id = form.get("id") ?? `urn:uuid:${crypto.randomUUID()}`;
    const update: Update = { id, topic, data: form.get("data") ?? "", isPrivate: form.has("private") };
    history.push(update);
    for (const subscriber of subscribers) send(subscriber, update);
    end(200, id);
  };

  let streams = 0;
  const subscribe = (request: IncomingMessage, response: ServerResponse, cors: Record<string, string>): void => {
    if (++streams === hangsUpOn) return void request.socket.destroy();
    const { searchParams } = new URL(request.url ?? "", "http://double");
    const topics = new Set(searchParams.getAll(parameter));
    const claim = claimOf(request, "subscribe");
    if (claim === undefined || topics.size === 0) return void response.writeHead(claim ? 400 : 401, cors).end();
    const lastId = request.headers["last-event-id"] ?? searchParams.get("lastEventID");
    response.writeHead(200, { ...cors, "content-type": "text/event-stream", "cache-control": "no-cache" });
    // So that the client hears that it is open.
    response.write(":\n\n");
    const subscriber: Subscriber = { response, topics, claim };
    const known = history.findIndex(({ id }) => id === lastId);
    if (lastId) for (const update of history.slice(known + 1)) send(subscriber, update);
    subscribers.add(subscriber);
    response.on("close", () => subscribers.delete(subscriber));
  };

  const http = await startHttpServer((request, response) => {
    const cors = {
      "access-control-allow-origin": request.headers.origin ?? "*",
      "access-control-allow-credentials": "true",
      "access-control-allow-headers": "authorization, last-event-id",
    };
    requests.push(`${request.method}`);
    const end = (status: number, body = ""): void => void response.writeHead(status, cors).end(body);
    if (!request.url?.startsWith("/.well-known/mercure")) end(404);
    else if (request.method === "OPTIONS") end(204);
    else if (request.method === "POST") void publish(request, end);
    else subscribe(request, response, cors);
  });
  return { ...http, requests, subscribers };
}
