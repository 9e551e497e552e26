import { importOptional, PACE, PREFIX, type Broker, type BrokerHandlers, type ConnectBroker } from "./broker.js";

type Client = Awaited<ReturnType<typeof createRedis>>;

/** Names in one command: it goes out whole, and must not hold up the messages behind it. */
const NAMES_PER_COMMAND = 1_000;

/** Over Redis 6 or newer (RESP 3): one channel for each topic. Nothing is stored. */
export function connectRedis(url: string): ConnectBroker {
  return async (handlers) => new RedisBroker(await createRedis(url), handlers);
}

async function createRedis(url: string) {
  const { createClient } = await importOptional("redis", () => import("redis"));
  return createClient({
    url,
    name: PREFIX,
    RESP: 3,
    // Otherwise what is published while it is away is kept, without a bound.
    disableOfflineQueue: true,
    pingInterval: PACE.pingMs,
    socket: {
      connectTimeout: 2 * PACE.pingMs,
      // Pings are answered, so a socket is never idle for this long.
      socketTimeout: 2 * PACE.pingMs,
      reconnectStrategy: (retries) =>
        Math.min(PACE.reconnectMaxMs, PACE.reconnectMinMs * 2 ** Math.min(retries, 10)) * (0.5 + Math.random() / 2),
    },
  });
}

class RedisBroker implements Broker {
  readonly #client: Client;
  readonly #handlers: BrokerHandlers;
  readonly #topics = new Set<string>();
  readonly #receive = (payload: Buffer): void => this.#handlers.message(payload);
  #up = false;

  constructor(client: Client, handlers: BrokerHandlers) {
    this.#client = client;
    this.#handlers = handlers;
    client.on("ready", () => {
      this.#up = true;
      handlers.up();
    });
    // One for each attempt that failed; the first says it.
    client.on("error", (error) => {
      if (!this.#up) return;
      this.#up = false;
      handlers.down(error);
    });
    // Rejects only when it is closed before it was connected.
    client.connect().catch((error: unknown) => handlers.down(error));
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    const fresh = topics.filter((topic) => !this.#topics.has(topic));
    for (const topic of fresh) this.#topics.add(topic);
    const commands: Promise<void>[] = [];
    for (let start = 0; start < fresh.length; start += NAMES_PER_COMMAND) {
      const names = fresh.slice(start, start + NAMES_PER_COMMAND);
      commands.push(
        this.#client.subscribe(names.map(channelOf), this.#receive, true).catch((error: unknown) => {
          for (const name of names) this.#topics.delete(name);
          throw error;
        }),
      );
    }
    await Promise.all(commands);
  }

  unsubscribe(topic: string): void {
    if (!this.#topics.delete(topic)) return;
    // Away: the client would subscribe to it again; `up` is followed by a look at what is still wanted.
    this.#client.unsubscribe(channelOf(topic), this.#receive, true).catch(() => {});
  }

  publish(topic: string, payload: Uint8Array): void {
    if (!this.#up) return;
    const { buffer, byteOffset, byteLength } = payload;
    this.#client.publish(channelOf(topic), Buffer.from(buffer, byteOffset, byteLength)).catch(() => {});
  }

  async close(): Promise<void> {
    this.#up = false;
    this.#client.destroy();
  }
}

function channelOf(topic: string): string {
  return `${PREFIX}:${topic}`;
}
