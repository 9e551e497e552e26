import { setTimeout as pause } from "node:timers/promises";
import type { NatsConnection, NodeConnectionOptions, Subscription } from "@nats-io/transport-node";
import { importOptional, PACE, PREFIX, type Broker, type BrokerHandlers, type ConnectBroker } from "./broker.js";

/**
 * Over NATS: one subject for each topic, so that a message goes to those servers only that have somebody who listens.
 * @param url one or several, separated by commas, with user and password or a token before the host
 */
export function connectNats(url: string): ConnectBroker {
  return async (handlers) => {
    const { connect } = await importOptional("@nats-io/transport-node", () => import("@nats-io/transport-node"));
    const urls = url.split(",").map((each) => new URL(each.trim()));
    const [first] = urls;
    const user = decodeURIComponent(first?.username ?? "");
    const pass = decodeURIComponent(first?.password ?? "");
    const options: NodeConnectionOptions = {
      servers: urls.map(({ host }) => host),
      name: PREFIX,
      noEcho: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: PACE.reconnectMinMs,
      reconnectDelayHandler: () => PACE.reconnectMinMs + Math.random() * (PACE.reconnectMaxMs - PACE.reconnectMinMs),
      timeout: 2 * PACE.pingMs,
      pingInterval: PACE.pingMs,
      maxPingOut: 2,
      ...(pass ? { user, pass } : user ? { token: user } : {}),
      ...(first?.protocol === "tls:" ? { tls: {} } : {}),
    };
    return new NatsBroker(() => connect(options), handlers);
  };
}

class NatsBroker implements Broker {
  readonly #handlers: BrokerHandlers;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #abort = new AbortController();
  #connection: NatsConnection | undefined;
  #connected = false;

  constructor(connect: () => Promise<NatsConnection>, handlers: BrokerHandlers) {
    this.#handlers = handlers;
    void this.#connect(connect);
  }

  get #closed(): boolean {
    return this.#abort.signal.aborted;
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    for (const topic of topics) {
      if (this.#subscriptions.has(topic)) continue;
      const subscription = connection.subscribe(subjectOf(topic), {
        callback: (error, message) => {
          if (error === null) this.#handlers.message(message.data);
        },
      });
      this.#subscriptions.set(topic, subscription);
    }
    // Answered by the server after it has taken the subscriptions.
    await connection.flush();
  }

  unsubscribe(topic: string): void {
    this.#subscriptions.get(topic)?.unsubscribe();
    this.#subscriptions.delete(topic);
  }

  publish(topic: string, payload: Uint8Array): void {
    // Otherwise the client keeps it, without a bound.
    if (this.#connected) this.#connection?.publish(subjectOf(topic), payload);
  }

  async close(): Promise<void> {
    this.#connected = false;
    this.#abort.abort();
    await this.#connection?.close();
  }

  /** The first time here, since the client's own waiting can not be ended; from then on it reconnects by itself. */
  async #connect(connect: () => Promise<NatsConnection>): Promise<void> {
    for (let told = false; !this.#closed;) {
      try {
        const connection = await connect();
        if (this.#closed) return void (await connection.close());
        return await this.#run(connection);
      } catch (error) {
        if (!told) this.#down(error);
        told = true;
        await pause(PACE.reconnectMaxMs, undefined, { signal: this.#abort.signal }).catch(() => {});
      }
    }
  }

  async #run(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    this.#up();
    for await (const status of connection.status()) {
      if (status.type === "reconnect") this.#up();
      else if (status.type === "disconnect") this.#down("the connection was lost");
      else if (status.type === "staleConnection") this.#down("the broker fell silent");
    }
    if (!this.#closed) this.#down((await connection.closed()) ?? "the connection was closed");
  }

  #up(): void {
    this.#connected = true;
    this.#handlers.up();
  }

  #down(reason: unknown): void {
    this.#connected = false;
    if (!this.#closed) this.#handlers.down(reason);
  }
}

/** Dots part a subject, and an empty part is none; "=" is in no topic, so no two topics become one. */
function subjectOf(topic: string): string {
  return `${PREFIX}.${topic.replaceAll(".", "=")}`;
}
