import { isPeerhoodError } from "@peerhood/core";
import { fromBase64, toBase64 } from "./common/base64.js";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { DEFAULT_PREFIX } from "./common/constants.js";
import type { StreamEvent } from "./common/event-stream.js";
import type { Line, LineEvents } from "./common/line.js";
import { Recent } from "./common/recent.js";
import { TopicBatch } from "./common/topic-batch.js";
import { refusal } from "./mercure-refusal.js";
import { openUpdates, type Updates } from "./mercure-updates.js";

export interface MercureDriverOptions extends BrokerDriverOptions {
  /**
   * A JSON web token that may publish, and subscribe to what is private; asked for at each request. A hub that gives the
   * token by a cookie needs none here.
   */
  readonly token?: string | (() => string | Promise<string>);
  /** Updates go only to those whose token names the topic. @default false */
  readonly private?: boolean;
  /** Sends the cookies of the hub's origin along: `mercureAuthorization`. In pages. @default false */
  readonly withCredentials?: boolean;
  /** The scheme of all topics at the hub. @default "peerhood-signals" */
  readonly prefix?: string;
}

/**
 * Signaling over a Mercure hub (mercure.rocks/spec): updates come by Server-Sent Events, are published by POST, and what was
 * missed in an outage is asked for again.
 * @param hub the url of the hub, usually `https://host/.well-known/mercure`
 */
export class MercureDriver extends BrokerDriver {
  constructor(hub: string, options: MercureDriverOptions = {}) {
    /** Outlives connections, so that the hub can tell what came between them. */
    const seen: Seen = { lastId: "", recent: new Recent() };
    super(
      {
        broker: "the Mercure hub",
        // Hubs take a few megabytes; proxies before them often one.
        maxBytes: 131_072,
        open: (events, signal) => open(hub, options, seen, events, signal),
      },
      options,
    );
  }
}

interface Seen {
  lastId: string;
  readonly recent: Recent;
}

async function open(
  hub: string,
  { token, private: isPrivate = false, withCredentials = false, prefix = DEFAULT_PREFIX }: MercureDriverOptions,
  seen: Seen,
  events: LineEvents,
  signal: AbortSignal,
): Promise<Line> {
  const getToken = async (): Promise<string | undefined> => (typeof token === "function" ? token() : token);
  const abort = new AbortController();
  /** Asked for with the first stream that has topics. */
  let missedAfter = seen.lastId;
  let current: Updates | undefined;
  const ended = (cause: Error): void => {
    events.ended(cause);
    abort.abort(cause);
  };
  const receive = ({ id, data }: StreamEvent): void => {
    if (id !== "") seen.lastId = id;
    // While a stream takes the place of another both bring it, and so may the hub's memory.
    if (id !== "" && !seen.recent.isNew(id)) return;
    const [topic = "", content] = data.split(" ");
    const bytes = fromBase64(content);
    if (bytes && batch.has(topic)) events.message(topic, bytes);
  };
  /** The hub takes topics with the request for a stream only: another stream is opened, then the one before is closed. */
  const renew = async (topics: readonly string[], until: AbortSignal): Promise<void> => {
    const url = new URL(hub);
    // Of no topic, so that it is known whether the hub is there before anybody subscribes.
    for (const topic of topics.length > 0 ? topics.map((each) => `${prefix}:${each}`) : [prefix]) {
      url.searchParams.append("topic", topic);
      // Since draft 8 of the specification; hubs that know the one name leave out the other.
      url.searchParams.append("match", topic);
    }
    const before = current;
    const updates: Updates = await openUpdates(url, {
      token: await getToken(),
      withCredentials,
      lastEventId: topics.length > 0 ? missedAfter : "",
      signal: until,
      event: receive,
      ended: (cause) => {
        if (updates === current) ended(cause);
      },
    });
    if (topics.length > 0) missedAfter = "";
    current = updates;
    before?.close();
  };
  const batch = new TopicBatch(async (topics) => {
    try {
      await renew(topics, abort.signal);
    } catch (error) {
      // Unless the hub said no, the stream is lost as well, or will be: what was asked for is asked again with the next.
      if (!isPeerhoodError(error)) ended(new Error("A request to the Mercure hub failed.", { cause: error }));
      throw error;
    }
  });
  await renew([], signal);

  return {
    subscribe: (topic) => batch.add(topic),
    unsubscribe: (topic) => batch.remove(topic),
    publish: async (topic, data) => {
      const body = new URLSearchParams({ topic: `${prefix}:${topic}`, data: `${topic} ${toBase64(data)}` });
      if (isPrivate) body.set("private", "on");
      const bearer = await getToken();
      await post(hub, { body, bearer, withCredentials, signal: abort.signal }, ended);
    },
    close: async () => {
      current?.close();
      abort.abort(new Error("The connection to the Mercure hub was closed."));
    },
  };
}

interface Post {
  readonly body: URLSearchParams;
  readonly bearer: string | undefined;
  readonly withCredentials: boolean;
  readonly signal: AbortSignal;
}

async function post(
  hub: string,
  { body, bearer, withCredentials, signal }: Post,
  ended: (cause: Error) => void,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(hub, {
      method: "POST",
      body,
      signal,
      credentials: withCredentials ? "include" : "same-origin",
      ...(bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } }),
    });
    await response.arrayBuffer();
  } catch (error) {
    // The stream is lost as well, or will be: the call is repeated with the next.
    ended(new Error("A request to the Mercure hub failed.", { cause: error }));
    throw error;
  }
  if (!response.ok) throw refusal(response.status, "publish");
}
