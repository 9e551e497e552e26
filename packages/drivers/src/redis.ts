import { PeerhoodError } from "@peerhood/core";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { ATTEMPT_MS, DEFAULT_PREFIX, KEEP_ALIVE_MS } from "./common/constants.js";
import { importPeer } from "./common/import-peer.js";
import type { Line, LineEvents } from "./common/line.js";
import { nodeBuffer } from "./common/node-buffer.js";
import { until } from "./common/until.js";

type Receive = (data: Uint8Array) => void;

/** What the driver uses of a client of the package `redis`. */
export interface RedisClientLike {
  on(event: string, listener: (...values: never[]) => void): unknown;
  off(event: string, listener: (...values: never[]) => void): unknown;
  connect(): Promise<unknown>;
  duplicate(): RedisClientLike;
  subscribe(channel: string, listener: Receive, bufferMode: true): Promise<unknown>;
  unsubscribe(channel: string, listener: Receive, bufferMode: true): Promise<unknown>;
  publish(channel: string, data: never): Promise<unknown>;
  destroy(): unknown;
}

export interface RedisDriverOptions extends BrokerDriverOptions {
  /** Before the name of every channel. @default "peerhood-signals" */
  readonly prefix?: string;
  /** For the client that the driver makes: credentials, TLS, database. */
  readonly clientOptions?: Readonly<Record<string, unknown>>;
}

/**
 * Signaling over Redis 6 or newer, a channel for each topic; nothing is stored. In Node.
 * @param server `redis://` or `rediss://` (imports `redis`), or a connected client of yours: the driver publishes with it,
 * and subscribes with a duplicate
 */
export class RedisDriver extends BrokerDriver {
  constructor(server: string | RedisClientLike, options: RedisDriverOptions = {}) {
    const prefix = `${options.prefix ?? DEFAULT_PREFIX}:`;
    super(
      {
        broker: "the Redis server",
        // Of its own: 512 MB. It is shared with others.
        maxBytes: 1_048_576,
        open: async (events, signal) => {
          const owned = typeof server === "string";
          const subscriber = owned ? await createClient(server, options.clientOptions) : server.duplicate();
          const line = createLine(subscriber, owned ? subscriber : server, events, prefix, owned);
          await connect(subscriber, signal);
          return line;
        },
      },
      options,
    );
  }
}

async function createClient(url: string, clientOptions: object = {}): Promise<RedisClientLike> {
  const { createClient } = await importPeer("redis", () => import("redis"));
  const client = createClient({
    url,
    name: "peerhood",
    // One connection for both directions.
    RESP: 3,
    disableOfflineQueue: true,
    pingInterval: KEEP_ALIVE_MS,
    // The driver connects again by itself. Pings are answered, so a socket is never idle for this long.
    socket: { connectTimeout: ATTEMPT_MS, socketTimeout: 2 * KEEP_ALIVE_MS, reconnectStrategy: false },
    ...clientOptions,
  });
  return client as unknown as RedisClientLike;
}

async function connect(client: RedisClientLike, signal: AbortSignal): Promise<void> {
  await until<void>(signal, ({ resolve, reject }) => {
    client.connect().then(() => resolve(), reject);
    return () => destroy(client);
  }).catch((error: unknown) => {
    throw translate(error);
  });
}

/** Wrong or missing credentials are final; the server says so by these words. */
function translate(error: unknown): unknown {
  const reason = error instanceof Error ? error.message : "";
  if (!/^(WRONGPASS|NOAUTH|NOPERM)/.test(reason)) return error;
  return new PeerhoodError("DRIVER_REFUSED", `The Redis server refused: ${reason}`, { cause: error });
}

function createLine(
  subscriber: RedisClientLike,
  publisher: RedisClientLike,
  events: LineEvents,
  prefix: string,
  owned: boolean,
): Line {
  const receivers = new Map<string, Receive>();
  // An error that nobody hears ends a Node process; one of a connection that is lost is told by what follows it.
  subscriber.on("error", (error) => (owned ? events.ended(translate(error)) : events.down()));
  if (!owned) subscriber.on("ready", () => events.up());
  return {
    subscribe: async (topic) => {
      const receive = receivers.get(topic) ?? ((data) => events.message(topic, data));
      receivers.set(topic, receive);
      // Twice with the same listener is once.
      await subscriber.subscribe(prefix + topic, receive, true);
    },
    unsubscribe: async (topic) => {
      const receive = receivers.get(topic);
      receivers.delete(topic);
      if (receive) await subscriber.unsubscribe(prefix + topic, receive, true);
    },
    publish: (topic, data) => publisher.publish(prefix + topic, nodeBuffer(data)),
    close: async () => destroy(subscriber),
  };
}

/** One that is closed already says so by a throw. */
function destroy(client: RedisClientLike): void {
  try {
    client.destroy();
  } catch {
    // What was wanted.
  }
}
