import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import { Addresses } from "./access/addresses.js";
import { checkOrigins } from "./access/origins.js";
import { brokerFor } from "./cluster/broker-for.js";
import { BrokerLink } from "./cluster/link.js";
import { createCounters } from "./counters.js";
import { Exchange } from "./exchange.js";
import { createGate, listen, urlOf } from "./gate.js";
import { createAdmin } from "./http/admin.js";
import { answer } from "./http/answer.js";
import { createMetrics } from "./http/metrics.js";
import { checkTurn } from "./http/turn.js";
import { completeLimits } from "./limits.js";
import { quietLogger } from "./logger.js";
import type { ServerOptions, TlsOptions } from "./options.js";
import { Sockets } from "./sockets.js";

export interface SignalingServer {
  /** Where clients connect: `ws://127.0.0.1:8787`. */
  readonly url: string;
  readonly port: number;
  /** Of the second port: `http://127.0.0.1:9090`. */
  readonly adminUrl: string | undefined;
  /** Whether new clients are welcome: not while draining, nor while the cluster's broker is away. */
  readonly ready: boolean;
  /** Metrics in the text format of Prometheus, as the second port gives them. */
  metrics(): Promise<string>;
  /** Takes another certificate; connections that are there keep theirs. */
  renewTls(tls: TlsOptions): void;
  /** Is not {@link ready} any more, so that a load balancer looks elsewhere; clients that come all the same are served. */
  refuse(): void;
  /**
   * Sends the clients to other servers, spread over that time so that those are not overrun, and lets nobody in any more;
   * then closes. @default 5_000
   */
  drain(options?: { readonly withinMs?: number }): Promise<void>;
  /** Tells the clients, closes all sockets and frees the port. Resolves when nothing is left running. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const DRAIN_MS = 5_000;

/**
 * Starts a signaling server: it routes topics between WebSocket clients and knows nothing of peers or rooms.
 * @throws the error of `listen`, for instance with code `EADDRINUSE`; RangeError for an option that can not work; Error
 * naming the package that a cluster needs
 * @example
 * const server = await startServer({ port: 0 });
 * console.log(server.url);
 * await server.close();
 */
export async function startServer(options: ServerOptions = {}): Promise<SignalingServer> {
  const limits = completeLimits(options.limits);
  const origins = options.origins && checkOrigins(options.origins);
  if (options.turn) checkTurn(options.turn);
  const { logger = quietLogger, authorize, turn, tls, onRequest } = options;
  const { onError = (error) => logger.error({ error: String(error) }, "a request failed") } = options;
  const trustProxy = Number(options.trustProxy ?? 0);
  const connectBroker = typeof options.cluster === "string" ? await brokerFor(options.cluster) : options.cluster;

  const counters = createCounters();
  const addresses = new Addresses(limits);
  let link: BrokerLink | undefined;
  const exchange = new Exchange(limits, () => link);
  const sockets = new Sockets({ exchange, limits, counters, authorize, addresses, trustProxy, origins, logger });
  let refusing = false;
  const isReady = (): boolean =>
    !refusing && !sockets.draining && (connectBroker === undefined || link?.connected === true);
  const metrics = createMetrics(counters, () => ({
    sockets: sockets.size,
    rooms: exchange.topics.rooms,
    topics: exchange.topics.size,
    addresses: addresses.size,
    ready: isReady(),
    cluster: connectBroker && {
      connected: link?.connected === true,
      sent: link?.sent ?? 0,
      received: link?.received ?? 0,
    },
  }));

  const http = createGate({ tls, limits, counters, addresses: trustProxy > 0 ? undefined : addresses });
  const answering = { onRequest, onError, authorize, origins, trustProxy, addresses, counters, turn, isReady };
  let warned = trustProxy > 0;
  const warnOfProxy = (headers: NodeJS.Dict<string | string[]>): void => {
    if (warned || headers["x-forwarded-for"] === undefined) return;
    warned = true;
    const hint = "behind a proxy set trustProxy, or all clients share the limits of its address";
    logger.warn({ header: "x-forwarded-for" }, hint);
  };
  http.on("request", (request, response) => {
    warnOfProxy(request.headers);
    void answer(request, response, answering);
  });
  http.on("upgrade", (request, socket, head) => {
    warnOfProxy(request.headers);
    sockets.upgrade(request, socket, head);
  });
  const admin = options.admin && createAdmin(metrics, isReady, onError);

  await listen(http, options.port ?? 8787, options.host ?? "127.0.0.1");
  try {
    if (admin) await listen(admin, options.admin?.port ?? 0, options.admin?.host ?? "127.0.0.1");
    link =
      connectBroker &&
      (await BrokerLink.open({
        connect: connectBroker,
        logger,
        deliver: (topic, frame) => exchange.topics.publish(topic, () => frame),
        onGap: () => sockets.tellGap(),
      }));
    // Whoever came before the link was there.
    for (const topic of exchange.topics.names()) link?.join(topic);
  } catch (error) {
    await Promise.all([end(http), admin && end(admin)]);
    throw error;
  }
  const alive = setInterval(() => {
    sockets.checkAlive();
    addresses.sweep();
  }, limits.pingIntervalMs);

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      clearInterval(alive);
      const ended = [end(http), admin && end(admin)];
      sockets.close();
      await Promise.all([...ended, link?.close()]);
      logger.info({}, "closed");
    })());
  const { url, port } = urlOf(http, tls ? "wss" : "ws");
  return {
    url,
    port,
    adminUrl: admin && urlOf(admin, "http").url,
    get ready() {
      return isReady();
    },
    metrics: () => metrics.metrics(),
    renewTls: (renewed) => (http as SecureServer).setSecureContext({ cert: renewed.cert, key: renewed.key }),
    refuse: () => void (refusing = true),
    drain: async ({ withinMs = DRAIN_MS } = {}) => {
      logger.info({ connections: sockets.size, withinMs }, "draining");
      await sockets.drain(withinMs);
      await close();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Resolves when the last socket is gone, those of WebSockets included. */
function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Requests under way, and keep-alive connections that wait for the next.
    server.closeAllConnections();
  });
}
