import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { Authorize } from "./authorize.js";
import { Connection } from "./connection.js";
import { CLOSE_PATIENCE_MS, DEFAULT_LIMITS, maxFrameBytes, type Limits } from "./limits.js";
import { CloseCode } from "./protocol.js";
import { Topics } from "./topics.js";

export interface ServerOptions {
  /** TCP port; 0 for any free one. @default 8787 */
  readonly port?: number;
  /** Address to listen on; `"0.0.0.0"` or `"::"` for all. @default "127.0.0.1" */
  readonly host?: string;
  /** Answers plain HTTP requests on the same port, to serve a page for instance. Without it they get a 426. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => unknown;
  /** Without it everybody is let in. */
  readonly authorize?: Authorize;
  readonly limits?: Partial<Limits>;
  /** Hears of failures that end nothing: `onRequest` threw. @default console.error */
  readonly onError?: (error: unknown) => void;
}

export interface SignalingServer {
  /** Where clients connect: `ws://127.0.0.1:8787`. */
  readonly url: string;
  readonly port: number;
  /** Tells the clients, closes all sockets and frees the port. Resolves when nothing is left running. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a signaling server: it routes topics between WebSocket clients and knows nothing of peers or rooms.
 * @throws the error of `listen`, for instance with code `EADDRINUSE`; RangeError for a limit that breaks clients
 * @example
 * const server = await startServer({ port: 0 });
 * console.log(server.url);
 * await server.close();
 */
export async function startServer(options: ServerOptions = {}): Promise<SignalingServer> {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (limits.messageBytes < 16_384) throw new RangeError("limits.messageBytes is below the 16,384 that always pass.");
  const http = createServer((request, response) => void answer(request, response, options));
  const context = { topics: new Topics(), limits, authorize: options.authorize };
  const connections = new Set<Connection>();
  // In a variable, since the types of ws do not know `closeTimeout` yet.
  const socketOptions = {
    server: http,
    // The one guard against memory taken by a single message; everything below it is checked per frame.
    maxPayload: maxFrameBytes(limits),
    closeTimeout: CLOSE_PATIENCE_MS,
    perMessageDeflate: false,
  };
  const sockets = new WebSocketServer(socketOptions);
  sockets.on("connection", (socket) => {
    const connection = new Connection(socket, context);
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
  });
  // It repeats the errors of the http server, which `listen` below waits for.
  sockets.on("error", () => {});

  await listen(http, options.port ?? 8787, options.host ?? "127.0.0.1");
  const alive = setInterval(() => {
    for (const connection of connections) connection.checkAlive();
  }, limits.pingIntervalMs);

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= new Promise((resolve) => {
      clearInterval(alive);
      // Calls back when the last socket is gone, those of WebSockets included.
      http.close(() => resolve());
      // Requests under way, and keep-alive connections that wait for the next.
      http.closeAllConnections();
      for (const connection of connections) connection.end(CloseCode.goingAway, "the server is shutting down");
      sockets.close();
    }));
  const { address, family, port } = http.address() as AddressInfo;
  const url = `ws://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  return { url, port, close, [Symbol.asyncDispose]: close };
}

function listen(http: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, () => {
      http.off("error", reject);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { onRequest, onError = (error) => console.error("peerhood-server:", error) }: ServerOptions,
): Promise<void> {
  if (onRequest === undefined) {
    // RFC 9110 section 15.5.22.
    response.writeHead(426, { upgrade: "websocket", connection: "upgrade", "content-type": "text/plain" });
    response.end("This is a peerhood signaling server. Connect with a WebSocketDriver.\n");
    return;
  }
  try {
    await onRequest(request, response);
  } catch (error) {
    onError(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}
