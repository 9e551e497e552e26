import { PeerhoodError } from "@peerhood/core";
import { createDeferred, type Deferred } from "@peerhood/core/internal";
import { fromBase64, toBase64 } from "./common/base64.js";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { ATTEMPT_MS, DEFAULT_PREFIX, EAGER_PAUSE_MS, FIRST_PAUSE_MS } from "./common/constants.js";
import { toHex } from "./common/hex.js";
import { importPeer } from "./common/import-peer.js";
import { asRecord } from "./common/json-socket.js";
import type { Line, LineEvents } from "./common/line.js";
import { topicHash } from "./common/topic-hash.js";
import { until } from "./common/until.js";
import { webSocketClass } from "./common/web-socket-class.js";

type Listener = (context: never) => void;

interface CentrifugeSubscriptionLike {
  on(event: string, listener: Listener): unknown;
  subscribe(): void;
  unsubscribe(): void;
}

/** What the driver uses of a `Centrifuge` of the package `centrifuge`, with the JSON protocol, its default. */
export interface CentrifugeLike {
  readonly state: string;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  connect(): void;
  disconnect(): void;
  publish(channel: string, data: unknown): Promise<unknown>;
  newSubscription(channel: string, options: object): CentrifugeSubscriptionLike;
  removeSubscription(subscription: never): void;
}

export interface CentrifugoDriverOptions extends BrokerDriverOptions {
  /** The namespace of all channels. @default "peerhood-signals" */
  readonly prefix?: string;
  /** For the client that the driver makes: `token`, `getToken`, `data`. */
  readonly clientOptions?: Readonly<Record<string, unknown>>;
}

/** What Centrifugo takes at most (`channel.max_length`). */
const MAX_CHANNEL_LENGTH = 255;

/**
 * Signaling over Centrifugo 4 or newer, a channel for each topic, in a namespace in which clients may subscribe and
 * publish.
 * @param server `ws://host/connection/websocket` or `wss://` (imports `centrifuge`), or a client of yours, which stays
 * connected; one driver for each client
 */
export class CentrifugoDriver extends BrokerDriver {
  constructor(server: string | CentrifugeLike, options: CentrifugoDriverOptions = {}) {
    const prefix = options.prefix ?? DEFAULT_PREFIX;
    super(
      {
        broker: "Centrifugo",
        // A frame from a client is 64 KiB at most (`client.websocket.message_size_limit`), and base64 takes a third more.
        maxBytes: 32_768,
        open: async (events, signal) => {
          const owned = typeof server === "string";
          const client = owned ? await createClient(server, options.clientOptions) : server;
          await connected(client, owned, signal);
          return createLine(client, events, prefix, owned);
        },
      },
      options,
    );
  }
}

async function createClient(url: string, clientOptions: object = {}): Promise<CentrifugeLike> {
  const { Centrifuge } = await importPeer("centrifuge", () => import("centrifuge"));
  const client = new Centrifuge(url, {
    name: "peerhood",
    websocket: await webSocketClass(),
    timeout: ATTEMPT_MS,
    ...clientOptions,
  });
  return client as unknown as CentrifugeLike;
}

function connected(client: CentrifugeLike, owned: boolean, signal: AbortSignal): Promise<void> {
  return until<void>(signal, ({ resolve, reject }) => {
    const fail = (context: never): void => reject(translate(asRecord(context)["error"]));
    const ended = (context: never): void => reject(translateEnd(context));
    const stop = (): void => {
      client.off("connected", done);
      client.off("disconnected", ended);
      if (owned) client.off("error", fail);
    };
    const done = (): void => {
      stop();
      resolve();
    };
    client.on("connected", done);
    client.on("disconnected", ended);
    if (owned) client.on("error", fail);
    if (client.state === "connected") done();
    else client.connect();
    return () => {
      stop();
      if (owned) client.disconnect();
    };
  });
}

interface Channel {
  readonly subscription: CentrifugeSubscriptionLike;
  /** Replaced each time that the subscription is lost. */
  ready: Deferred<void>;
}

function createLine(client: CentrifugeLike, events: LineEvents, prefix: string, owned: boolean): Line {
  const channels = new Map<string, Channel>();
  const lost = (context: never): void => (owned ? events.ended(translate(context)) : events.down());
  const ended = (context: never): void => (owned ? events.ended(translateEnd(context)) : events.down());
  const back = (): void => events.up();
  client.on("connecting", lost);
  client.on("disconnected", ended);
  client.on("connected", back);

  const nameOf = async (topic: string): Promise<string> => {
    const name = `${prefix}:${topic}`;
    // "=" is in no topic, so no two topics become one.
    return name.length <= MAX_CHANNEL_LENGTH ? name : `${prefix}:=${toHex(await topicHash(prefix, topic))}`;
  };
  const open = (topic: string, name: string): Channel => {
    const options = { minResubscribeDelay: FIRST_PAUSE_MS, maxResubscribeDelay: EAGER_PAUSE_MS };
    const channel: Channel = { subscription: client.newSubscription(name, options), ready: pending() };
    channels.set(topic, channel);
    channel.subscription.on("publication", (context) => {
      const data = fromBase64(asRecord(context)["data"]);
      if (data) events.message(topic, data);
    });
    channel.subscription.on("subscribed", () => channel.ready.resolve());
    channel.subscription.on("subscribing", () => (channel.ready = pending()));
    channel.subscription.on("unsubscribed", (context) => channel.ready.reject(translateEnd(context)));
    return channel;
  };
  const remove = (topic: string): void => {
    const channel = channels.get(topic);
    channels.delete(topic);
    channel?.subscription.unsubscribe();
    if (channel) client.removeSubscription(channel.subscription as never);
  };
  return {
    subscribe: async (topic) => {
      const name = await nameOf(topic);
      const channel = channels.get(topic) ?? open(topic, name);
      channel.subscription.subscribe();
      try {
        await channel.ready.promise;
      } catch (error) {
        if (channels.get(topic) === channel) remove(topic);
        throw error;
      }
    },
    unsubscribe: async (topic) => remove(topic),
    publish: async (topic, data) => {
      try {
        await client.publish(await nameOf(topic), toBase64(data));
      } catch (error) {
        throw translate(error);
      }
    },
    close: async () => {
      client.off("connecting", lost);
      client.off("disconnected", ended);
      client.off("connected", back);
      for (const topic of channels.keys()) remove(topic);
      if (owned) client.disconnect();
    },
  };
}

/** One whose rejection is nobody's concern unless somebody waits. */
function pending(): Deferred<void> {
  const deferred = createDeferred<void>();
  deferred.promise.catch(() => {});
  return deferred;
}

/** Of a connection or subscription that the client has given up. */
function translateEnd(context: unknown): Error {
  // The client's own: the server wants a token, and there is no way to get one.
  if (asRecord(context)["code"] !== 1) return translate(context);
  return new PeerhoodError(
    "DRIVER_REFUSED",
    "Centrifugo wants a token: clientOptions.token or clientOptions.getToken.",
  );
}

/** Of what clients are told with: `{ code, message }` or `{ code, reason }`. */
function translate(context: unknown): Error {
  const { code, message, reason } = asRecord(context);
  const text = String(message ?? reason ?? "no reason given");
  switch (code) {
    // Unauthorized, permission denied; invalid token, forbidden: centrifugal.dev, "Client protocol codes".
    case 101:
    case 103:
    case 3_500:
    case 3_507:
      return new PeerhoodError("DRIVER_REFUSED", `Centrifugo refused: ${text}`);
    // Unknown channel: there is no such namespace.
    case 102:
      return new PeerhoodError("DRIVER_REFUSED", `Centrifugo has no such namespace (the driver's prefix): ${text}`);
    case 106:
    case 111:
      return new PeerhoodError("SIGNALING_LIMIT", `A limit of Centrifugo's is met: ${text}`, { retryable: true });
    default:
      return new Error(`${text} (code ${String(code)})`);
  }
}
