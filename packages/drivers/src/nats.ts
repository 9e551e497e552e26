import { PeerhoodError } from "@peerhood/core";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { ATTEMPT_MS, DEFAULT_PREFIX, KEEP_ALIVE_MS } from "./common/constants.js";
import { importPeer } from "./common/import-peer.js";
import type { Line, LineEvents } from "./common/line.js";

interface NatsSubscriptionLike {
  unsubscribe(): void;
}

/** What the driver uses of a `NatsConnection`, of `@nats-io/transport-node` or `wsconnect`. */
export interface NatsConnectionLike {
  readonly info?: { readonly max_payload: number } | undefined;
  subscribe(
    subject: string,
    options: { callback(error: Error | null, message: { data: Uint8Array }): void },
  ): NatsSubscriptionLike;
  publish(subject: string, data: Uint8Array): void;
  flush(): Promise<void>;
  closed(): Promise<void | Error>;
  status(): AsyncIterable<{ readonly type: string }>;
  close(): Promise<void>;
}

export interface NatsDriverOptions extends BrokerDriverOptions {
  /** First part of every subject. @default "peerhood-signals" */
  readonly prefix?: string;
  /** For the client that the driver makes: credentials, TLS. */
  readonly clientOptions?: Readonly<Record<string, unknown>>;
}

/**
 * Signaling over NATS, a subject for each topic.
 * @param server `nats://host:4222` or `tls://` (imports `@nats-io/transport-node`), `ws://` or `wss://` (imports
 * `@nats-io/nats-core`), or a connection of yours, which stays open
 */
export class NatsDriver extends BrokerDriver {
  constructor(server: string | NatsConnectionLike, options: NatsDriverOptions = {}) {
    const prefix = options.prefix ?? DEFAULT_PREFIX;
    super(
      {
        broker: "the NATS server",
        // What a server takes that is not configured otherwise; each says its own in its greeting.
        maxBytes: 1_048_576,
        open: async (events) => {
          if (typeof server !== "string") return createLine(server, events, prefix, false);
          return createLine(await connect(server, options.clientOptions), events, prefix, true);
        },
      },
      options,
    );
  }
}

async function connect(url: string, clientOptions: object = {}): Promise<NatsConnectionLike> {
  const { protocol, host, username, password } = new URL(url);
  const user = decodeURIComponent(username);
  const pass = decodeURIComponent(password);
  const options = {
    name: "peerhood",
    // The driver connects again by itself.
    reconnect: false,
    timeout: ATTEMPT_MS,
    pingInterval: KEEP_ALIVE_MS,
    ...(pass ? { user, pass } : user ? { token: user } : {}),
    ...(protocol === "tls:" ? { tls: {} } : {}),
    ...clientOptions,
  };
  const overWebSocket = protocol === "ws:" || protocol === "wss:";
  try {
    if (overWebSocket) {
      const { wsconnect } = await importPeer("@nats-io/nats-core", () => import("@nats-io/nats-core"));
      return await wsconnect({ servers: url, ...options });
    }
    const node = await importPeer("@nats-io/transport-node", () => import("@nats-io/transport-node"));
    return await node.connect({ servers: host, ...options });
  } catch (error) {
    if (error instanceof Error && error.name === "AuthorizationError") throw refused(error);
    throw error;
  }
}

function createLine(connection: NatsConnectionLike, events: LineEvents, prefix: string, owned: boolean): Line {
  const subscriptions = new Map<string, NatsSubscriptionLike>();
  /** Dots part a subject, and an empty part is none; "=" is in no topic, so no two topics become one. */
  const subjectOf = (topic: string): string => `${prefix}.${topic.replaceAll(".", "=")}`;
  void connection.closed().then((error) => events.ended(error ?? undefined));
  if (!owned) void follow(connection, events);

  const unsubscribe = async (topic: string): Promise<void> => {
    subscriptions.get(topic)?.unsubscribe();
    subscriptions.delete(topic);
  };
  return {
    ...(connection.info ? { maxBytes: connection.info.max_payload } : {}),
    unsubscribe,
    subscribe: async (topic) => {
      if (!subscriptions.has(topic)) {
        const callback = (error: Error | null, message: { data: Uint8Array }): void =>
          error ? events.error(refused(error)) : events.message(topic, message.data);
        subscriptions.set(topic, connection.subscribe(subjectOf(topic), { callback }));
      }
      // Answered by the server after it has taken the subscription.
      await connection.flush();
    },
    publish: async (topic, data) => connection.publish(subjectOf(topic), data),
    close: async () => {
      for (const topic of subscriptions.keys()) void unsubscribe(topic);
      if (owned) await connection.close();
    },
  };
}

/** A connection that was handed in reconnects by itself, and takes its subscriptions along. */
async function follow(connection: NatsConnectionLike, events: LineEvents): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === "disconnect") events.down();
    else if (type === "reconnect") events.up();
  }
}

function refused(cause: Error): PeerhoodError {
  return new PeerhoodError("DRIVER_REFUSED", `The NATS server refused: ${cause.message}`, { cause });
}
