import { PeerhoodError } from "@peerhood/core";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { ATTEMPT_MS, DEFAULT_PREFIX } from "./common/constants.js";
import { importPeer } from "./common/import-peer.js";
import { asRecord } from "./common/json-socket.js";
import type { Line, LineEvents } from "./common/line.js";
import { until } from "./common/until.js";
import { eventsOf, MAX_MESSAGE_BYTES } from "./socketio-protocol.js";

/** What the driver uses of a `Socket` of `socket.io-client`. */
export interface SocketIoSocketLike {
  readonly connected: boolean;
  /** Whether it connects again by itself. */
  readonly active: boolean;
  on(event: string, listener: never): unknown;
  off(event: string, listener: never): unknown;
  emitWithAck(event: string, ...values: unknown[]): Promise<unknown>;
  timeout(ms: number): { emitWithAck(event: string, ...values: unknown[]): Promise<unknown> };
  disconnect(): unknown;
}

/** The same, with listeners that can be written down. */
interface Socket extends Omit<SocketIoSocketLike, "on" | "off"> {
  on(event: string, listener: (...values: never[]) => void): unknown;
  off(event: string, listener: (...values: never[]) => void): unknown;
}

export interface SocketIoDriverOptions extends BrokerDriverOptions {
  /** Before the name of every event; the same as given to `serveTopics`. @default "peerhood-signals" */
  readonly prefix?: string;
  /** For the client that the driver makes: `auth`, `path`, `transports`. */
  readonly clientOptions?: Readonly<Record<string, unknown>>;
}

/** A server with Socket.IO and without `serveTopics` takes connections and never answers. */
const HELLO_MS = 3_000;

/**
 * Signaling over a Socket.IO server 4 that calls `serveTopics` of `@peerhood/drivers/socketio-server`.
 * @param server `http://`, `https://`, `ws://` or `wss://`, with a namespace as its path (imports `socket.io-client`), or a
 * socket of yours, which stays connected
 */
export class SocketIoDriver extends BrokerDriver {
  constructor(server: string | SocketIoSocketLike, options: SocketIoDriverOptions = {}) {
    const names = eventsOf(options.prefix ?? DEFAULT_PREFIX);
    super(
      {
        broker: "the Socket.IO server",
        maxBytes: MAX_MESSAGE_BYTES,
        open: async (events, signal) => {
          const owned = typeof server === "string";
          const socket = owned ? await createSocket(server, options.clientOptions) : (server as Socket);
          await connected(socket, owned, signal);
          await greet(socket, owned, names);
          return createLine(socket, events, names, owned);
        },
      },
      options,
    );
  }
}

async function createSocket(url: string, clientOptions: object = {}): Promise<Socket> {
  const { io } = await importPeer("socket.io-client", () => import("socket.io-client"));
  const socket = io(url, {
    // The driver connects again by itself.
    reconnection: false,
    forceNew: true,
    timeout: ATTEMPT_MS,
    // Where WebSockets do not pass, the other one does; the usual order costs two more round trips.
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    ...clientOptions,
  });
  return socket as unknown as Socket;
}

function connected(socket: Socket, owned: boolean, signal: AbortSignal): Promise<void> {
  return until<void>(signal, ({ resolve, reject }) => {
    const fail = (error: Error): void => {
      // Not active: a middleware of the server's said no. Otherwise the network did.
      const final = owned && !socket.active;
      reject(final ? new PeerhoodError("DRIVER_REFUSED", `The Socket.IO server refused: ${error.message}`) : error);
    };
    const stop = (): void => {
      socket.off("connect", done);
      socket.off("connect_error", fail);
    };
    const done = (): void => {
      stop();
      resolve();
    };
    socket.on("connect", done);
    socket.on("connect_error", fail);
    if (socket.connected) done();
    return () => {
      stop();
      if (owned) socket.disconnect();
    };
  });
}

async function greet(socket: Socket, owned: boolean, { hello }: Names): Promise<void> {
  try {
    await socket.timeout(HELLO_MS).emitWithAck(hello);
  } catch (error) {
    if (owned) socket.disconnect();
    throw new Error("The Socket.IO server does not route topics: call serveTopics(io) there, with the same prefix.", {
      cause: error,
    });
  }
}

type Names = ReturnType<typeof eventsOf>;

function createLine(socket: Socket, events: LineEvents, names: Names, owned: boolean): Line {
  const receive = (topic: unknown, data: unknown): void => {
    if (typeof topic !== "string") return;
    if (ArrayBuffer.isView(data)) events.message(topic, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    else if (data instanceof ArrayBuffer) events.message(topic, new Uint8Array(data));
  };
  const lost = (reason: string): void =>
    owned ? events.ended(new Error(`The Socket.IO connection ended: ${reason}`)) : events.down();
  const back = (): void => events.up();
  socket.on(names.message, receive);
  socket.on("disconnect", lost);
  if (!owned) socket.on("connect", back);
  // It may have ended while it was greeted.
  if (!socket.connected) lost("transport close");

  const request = async (...values: [string, ...unknown[]]): Promise<void> => {
    const answer = asRecord(await socket.emitWithAck(...values));
    if (answer["ok"] !== true) throw refusal(answer);
  };
  return {
    subscribe: (topic) => request(names.subscribe, topic),
    unsubscribe: (topic) => request(names.unsubscribe, topic),
    publish: (topic, data) => request(names.publish, topic, data),
    close: async () => {
      socket.off(names.message, receive);
      socket.off("disconnect", lost);
      socket.off("connect", back);
      if (owned) socket.disconnect();
    },
  };
}

function refusal(answer: Readonly<Record<string, unknown>>): Error {
  const message = `The Socket.IO server said no: ${String(answer["reason"])}`;
  switch (answer["error"]) {
    case "refused":
      return new PeerhoodError("DRIVER_REFUSED", message);
    case "limit":
      return new PeerhoodError("SIGNALING_LIMIT", message, { retryable: true });
    case "too-large":
      return new PeerhoodError("SIGNAL_TOO_LARGE", message);
    default:
      return new Error(String(answer["reason"]));
  }
}
