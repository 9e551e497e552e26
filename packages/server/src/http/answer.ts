import type { IncomingMessage, ServerResponse } from "node:http";
import { clientAddress, type Addresses } from "../access/addresses.js";
import { decide, type Authorize } from "../access/authorize.js";
import { isOriginAllowed } from "../access/origins.js";
import type { Counters } from "../counters.js";
import { MAX_TOKEN_BYTES } from "../limits.js";
import type { ServerOptions } from "../options.js";
import { iceAnswer, type TurnOptions } from "./turn.js";

export interface AnswerOptions {
  readonly onRequest: ServerOptions["onRequest"];
  readonly onError: (error: unknown) => void;
  readonly authorize: Authorize | undefined;
  readonly origins: readonly string[] | undefined;
  readonly trustProxy: number;
  readonly addresses: Addresses;
  readonly counters: Counters;
  readonly turn: TurnOptions | undefined;
  readonly isReady: () => boolean;
}

/** Plain HTTP on the port of the WebSockets: `/healthz`, `/readyz`, `/ice`, and the rest as the application says. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: AnswerOptions,
): Promise<void> {
  const path = (request.url ?? "").split("?", 1)[0];
  try {
    if (path === "/healthz") return say(response, 200, "ok\n");
    if (path === "/readyz")
      return options.isReady() ? say(response, 200, "ready\n") : say(response, 503, "not ready\n");
    if (path === "/ice" && options.turn) return await ice(request, response, options, options.turn);
    if (options.onRequest) return void (await options.onRequest(request, response));
    // RFC 9110 section 15.5.22.
    response.setHeader("upgrade", "websocket");
    response.setHeader("connection", "upgrade");
    say(response, 426, "This is a peerhood signaling server. Connect with a WebSocketDriver.\n");
  } catch (error) {
    options.onError(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

export function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain", "cache-control": "no-store" });
  response.end(text);
}

async function ice(
  request: IncomingMessage,
  response: ServerResponse,
  { authorize, origins, trustProxy, addresses, counters }: AnswerOptions,
  turn: TurnOptions,
): Promise<void> {
  const refuse = (status: number, text: string): void => {
    counters.rejected++;
    say(response, status, `${text}\n`);
  };
  const { origin } = request.headers;
  if (!isOriginAllowed(origin, origins)) return refuse(403, `pages of ${origin} may not ask`);
  if (origin !== undefined) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("vary", "origin");
  }
  if (request.method === "OPTIONS") {
    response.setHeader("access-control-allow-headers", "authorization");
    response.setHeader("access-control-max-age", "86400");
    return say(response, 204, "");
  }
  if (request.method !== "GET") return refuse(405, "GET only");
  const address = clientAddress(request, trustProxy);
  const waitMs = addresses.get(address).bucket.tryTake(performance.now());
  if (waitMs > 0) {
    response.setHeader("retry-after", Math.ceil(waitMs / 1_000));
    return refuse(429, "too many requests");
  }
  // RFC 6750 section 2.1. Not in the url, where proxies would log it.
  const token = /^Bearer (.*)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (Buffer.byteLength(token) > MAX_TOKEN_BYTES) return refuse(401, "not authorized");
  const grant = await decide(authorize, token, { address, origin, purpose: "ice" });
  if (grant === "later") return refuse(503, "tokens can not be checked now");
  if (grant === "refused") {
    response.setHeader("www-authenticate", "Bearer");
    return refuse(401, "not authorized");
  }
  counters.turnCredentials++;
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(iceAnswer(turn, grant.id)));
}
