import { PeerhoodError } from "@peerhood/core";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { ATTEMPT_MS, DEFAULT_PREFIX, KEEP_ALIVE_MS } from "./common/constants.js";
import { importPeer } from "./common/import-peer.js";
import type { Line, LineEvents } from "./common/line.js";
import { until } from "./common/until.js";

/** What the driver uses of an `MqttClient` of the package `mqtt`. */
export interface MqttClientLike {
  readonly connected: boolean;
  on(event: string, listener: (...values: never[]) => void): unknown;
  off(event: string, listener: (...values: never[]) => void): unknown;
  subscribeAsync(topic: string, options: { qos: 0 | 1 | 2 }): Promise<readonly { readonly qos: number }[]>;
  unsubscribeAsync(topic: string): Promise<unknown>;
  publishAsync(topic: string, data: never, options: { qos: 0 | 1 | 2 }): Promise<unknown>;
  endAsync(force?: boolean): Promise<unknown>;
}

export interface MqttDriverOptions extends BrokerDriverOptions {
  /** First level of every topic. @default "peerhood-signals" */
  readonly prefix?: string;
  /** For the client that the driver makes: `username`, `password`, `protocolVersion`, TLS. */
  readonly clientOptions?: Readonly<Record<string, unknown>>;
}

/**
 * Signaling over MQTT 3.1.1 or 5, a topic of the broker's for each topic.
 * @param broker `mqtt://`, `mqtts://`, `ws://` or `wss://` (imports `mqtt`), or a client of yours, which stays connected
 */
export class MqttDriver extends BrokerDriver {
  constructor(broker: string | MqttClientLike, options: MqttDriverOptions = {}) {
    const prefix = `${options.prefix ?? DEFAULT_PREFIX}/`;
    super(
      {
        broker: "the MQTT broker",
        // The protocol's own limit is 256 MiB; brokers are set to less, and answer with a disconnect.
        maxBytes: 131_072,
        open: async (events, signal) => {
          const owned = typeof broker === "string";
          const client = owned ? await createClient(broker, options.clientOptions) : broker;
          await connected(client, owned, signal);
          return createLine(client, events, prefix, owned);
        },
      },
      options,
    );
  }
}

async function createClient(url: string, clientOptions: object = {}): Promise<MqttClientLike> {
  const { connect } = await importPeer("mqtt", () => import("mqtt"));
  return connect(url, {
    // The driver connects again by itself.
    reconnectPeriod: 0,
    connectTimeout: ATTEMPT_MS,
    keepalive: KEEP_ALIVE_MS / 1_000,
    ...clientOptions,
  });
}

function connected(client: MqttClientLike, owned: boolean, signal: AbortSignal): Promise<void> {
  return until<void>(signal, ({ resolve, reject }) => {
    const fail = (error: Error & { code?: number }): void => {
      // Bad credentials and not authorized: 4 and 5 in MQTT 3.1.1 (section 3.2.2.3), 134 and 135 in MQTT 5.
      const no = owned && [4, 5, 134, 135].includes(error.code ?? 0);
      reject(no ? new PeerhoodError("DRIVER_REFUSED", `The MQTT broker refused: ${error.message}`) : error);
    };
    const closed = (): void => reject(new Error("The MQTT broker hung up."));
    const stop = (): void => {
      client.off("connect", done);
      client.off("close", closed);
      if (!owned) client.off("error", fail);
    };
    const done = (): void => {
      stop();
      resolve();
    };
    client.on("connect", done);
    // One of ours keeps a listener for its whole life: an error that nobody hears ends a Node process.
    if (owned || !client.connected) client.on("error", fail);
    if (owned) client.on("close", closed);
    if (client.connected) done();
    return () => {
      stop();
      if (owned) void client.endAsync(true);
    };
  });
}

function createLine(client: MqttClientLike, events: LineEvents, prefix: string, owned: boolean): Line {
  const receive = (topic: string, data: Uint8Array): void => {
    if (topic.startsWith(prefix)) events.message(topic.slice(prefix.length), data);
  };
  const lost = (): void => (owned ? events.ended() : events.down());
  const back = (): void => events.up();
  client.on("message", receive);
  client.on("close", lost);
  client.on("connect", back);
  return {
    subscribe: async (topic) => {
      // QoS 0: the driver promises best effort, and a broker that keeps messages for later would send stale ones.
      const [granted] = await client.subscribeAsync(prefix + topic, { qos: 0 });
      if ((granted?.qos ?? 0) < 128) return;
      throw new PeerhoodError("DRIVER_REFUSED", `The MQTT broker refused the subscription to ${prefix}${topic}.`);
    },
    unsubscribe: (topic) => client.unsubscribeAsync(prefix + topic),
    // QoS 1: acknowledged, so that one that a dying connection took along is sent again.
    publish: (topic, data) => client.publishAsync(prefix + topic, data as never, { qos: 1 }),
    close: async () => {
      client.off("message", receive);
      client.off("close", lost);
      client.off("connect", back);
      if (owned) await client.endAsync(true);
    },
  };
}
