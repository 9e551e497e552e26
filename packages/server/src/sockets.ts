import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { clientAddress, type Addresses } from "./access/addresses.js";
import { isOriginAllowed } from "./access/origins.js";
import { Connection, type ConnectionContext } from "./connection.js";
import { countOne } from "./counters.js";
import { CLOSE_PATIENCE_MS, maxFrameBytes } from "./limits.js";
import type { Logger } from "./logger.js";
import { Outbox } from "./outbox.js";
import { CloseCode, encodeFrame, FrameType } from "./protocol.js";

export interface SocketsOptions extends Omit<ConnectionContext, "outbox"> {
  readonly addresses: Addresses;
  readonly trustProxy: number;
  readonly origins: readonly string[] | undefined;
  readonly logger: Logger;
}

/** A few at a time, so that nobody waits for all of them. */
const BATCH = 64;
/** How long clients are told over that they may have missed something: they all announce themselves then. */
const GAP_SPREAD_MS = 1_000;

/** All WebSockets of the server: who gets one, and what happens to all of them. */
export class Sockets {
  readonly #options: SocketsOptions & ConnectionContext;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #draining = false;

  constructor(options: SocketsOptions) {
    this.#options = { ...options, outbox: new Outbox() };
    // In a variable, since the types of ws do not know `closeTimeout` yet.
    const socketOptions = {
      noServer: true,
      clientTracking: false,
      // The one guard against memory taken by a single message; everything below it is checked per frame.
      maxPayload: maxFrameBytes(options.limits),
      closeTimeout: CLOSE_PATIENCE_MS,
      perMessageDeflate: false,
    };
    this.#server = new WebSocketServer(socketOptions);
  }

  get size(): number {
    return this.#connections.size;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Answers `upgrade` of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Before ws has the socket nobody else listens.
    socket.on("error", () => {});
    if (this.#draining) {
      this.#options.counters.rejected++;
      socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#accept(ws, request, socket));
  }

  checkAlive(): void {
    for (const connection of this.#connections) connection.checkAlive();
  }

  /** Tells everybody, over a second, that messages may have been lost. */
  tellGap(): void {
    const frame = encodeFrame(FrameType.gap, 0);
    this.#spread(GAP_SPREAD_MS, (connection) => connection.deliver(frame));
  }

  /** Sends everybody elsewhere, spread over `withinMs`, and lets nobody in any more. */
  async drain(withinMs: number): Promise<void> {
    this.#draining = true;
    await this.#spread(withinMs, (connection) => connection.end(CloseCode.goElsewhere, "the server is drained"));
  }

  close(): void {
    this.#draining = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const connection of this.#connections) connection.end(CloseCode.goingAway, "the server is shutting down");
    this.#server.close();
  }

  #accept(socket: WebSocket, request: IncomingMessage, stream: Duplex): void {
    const { counters, limits, origins, addresses, trustProxy, logger } = this.#options;
    counters.sockets++;
    const name = clientAddress(request, trustProxy);
    const { origin } = request.headers;
    const address = addresses.get(name);
    if (trustProxy > 0) {
      address.sockets++;
      socket.once("close", () => address.sockets--);
    }
    const isLate =
      trustProxy > 0 ? address.bucket.tryTake(performance.now()) > 0 : address.late.has(request.socket.remotePort);
    // Said in a close frame, not with a status of HTTP, which a page is never told.
    let refusal: readonly [code: number, reason: string] | undefined;
    if (!isOriginAllowed(origin, origins)) refusal = [CloseCode.originRefused, `pages of ${origin} may not connect`];
    else if (address.sockets > limits.connectionsPerAddress)
      refusal = [CloseCode.tooManySockets, `an address may have ${limits.connectionsPerAddress} connections`];
    else if (isLate)
      refusal = [CloseCode.tooManyHandshakes, `an address may connect ${limits.requestsPerSecond} times a second`];
    if (refusal) {
      countOne(counters.ends, refusal[0]);
      logger.debug({ address: name, origin, code: refusal[0] }, "connection refused");
      socket.on("error", () => {});
      return socket.close(refusal[0], refusal[1].slice(0, 100));
    }
    const connection = new Connection(socket, this.#options, { address: name, origin, stream });
    this.#connections.add(connection);
    socket.on("close", (code) => {
      this.#connections.delete(connection);
      logger.debug({ address: name, id: connection.grant.id, code }, "connection closed");
    });
    logger.debug({ address: name, origin }, "connection opened");
  }

  /** Those that are there now, a batch at a time; resolves after the last. */
  async #spread(withinMs: number, act: (connection: Connection) => void): Promise<void> {
    const connections = [...this.#connections];
    const batches = Math.ceil(connections.length / BATCH);
    for (let batch = 0; batch < batches; batch++) {
      for (const connection of connections.slice(batch * BATCH, (batch + 1) * BATCH)) act(connection);
      if (batch < batches - 1) await this.#pause(withinMs / batches);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }
}
