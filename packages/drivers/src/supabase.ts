import { PeerhoodError } from "@peerhood/core";
import { fromBase64, toBase64 } from "./common/base64.js";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { DEFAULT_PREFIX, POLITE_KEEP_ALIVE_MS } from "./common/constants.js";
import { asRecord, openJsonSocket } from "./common/json-socket.js";
import type { Line, LineEvents } from "./common/line.js";
import { Replies } from "./common/replies.js";

export interface SupabaseDriverOptions extends BrokerDriverOptions {
  /** The project's publishable ("anon") key, which is made to be in pages. */
  readonly apiKey: string;
  /** The access token of whoever is signed in, asked for at each connection. @default the key */
  readonly accessToken?: string | (() => string | Promise<string>);
  /** Private channels: the project's policies on `realtime.messages` say who may what. @default false */
  readonly private?: boolean;
  /** Before the name of every channel. @default "peerhood-signals" */
  readonly prefix?: string;
}

/** Of Supabase's broadcasts; the name of our messages in them. */
const EVENT = "signal";

/**
 * Signaling over the broadcasts of Supabase Realtime, a channel for each topic; no client library is needed.
 * @param url `https://PROJECT.supabase.co`, or where a Supabase of your own is
 */
export class SupabaseDriver extends BrokerDriver {
  constructor(url: string, options: SupabaseDriverOptions) {
    super(
      {
        broker: "Supabase Realtime",
        // 256 KB of JSON on the free plan, and base64 takes a third more.
        maxBytes: 131_072,
        open: (events, signal) => open(`${url.replace(/\/+$/, "")}/realtime/v1`, options, events, signal),
      },
      options,
    );
  }
}

interface Credentials {
  readonly apiKey: string;
  readonly token: string;
}

/** Phoenix channels, serialized in version 1.0.0 (supabase.com/docs/guides/realtime/protocol). */
async function open(
  base: string,
  { apiKey, accessToken = apiKey, private: isPrivate = false, prefix = DEFAULT_PREFIX }: SupabaseDriverOptions,
  events: LineEvents,
  signal: AbortSignal,
): Promise<Line> {
  const token = typeof accessToken === "function" ? await accessToken() : accessToken;
  const replies = new Replies<unknown>();
  const joined = new Set<string>();
  const names = (topic: string): string => `${prefix}:${topic}`;
  const channelOf = (topic: string): string => `realtime:${names(topic)}`;
  const topicOf = (channel: unknown): string | undefined => {
    const start = `realtime:${prefix}:`;
    return typeof channel === "string" && channel.startsWith(start) ? channel.slice(start.length) : undefined;
  };
  let lastRef = 0;

  const receive = (value: unknown): void => {
    const { event, topic: channel, payload, ref } = asRecord(value);
    const content = asRecord(payload);
    const topic = topicOf(channel);
    if (event === "phx_reply") {
      const { status, response } = content;
      if (status === "ok") replies.resolve(String(ref), response);
      else replies.reject(String(ref), refusal(asRecord(response)["reason"]));
    } else if (topic === undefined || !joined.has(topic)) {
      // Heartbeats, and channels that were left.
    } else if (event === "broadcast" && content["event"] === EVENT) {
      const data = fromBase64(asRecord(content["payload"])["data"]);
      if (data) events.message(topic, data);
    } else if ((event === "phx_error" || event === "phx_close") && (ref ?? refs.get(topic)) === refs.get(topic)) {
      // Of the join that counts, not of one that was left. That of a token that has expired, for one: the next connection asks for another.
      ended(new Error(`Supabase closed the channel of ${topic}.`));
    }
  };
  const ended = (cause: Error): void => {
    events.ended(cause);
    replies.rejectAll(cause);
    socket.close();
  };
  const address = `${base.replace(/^http/, "ws")}/websocket?apikey=${encodeURIComponent(apiKey)}&vsn=1.0.0`;
  const ping = {
    everyMs: POLITE_KEEP_ALIVE_MS,
    send: (): void => socket.send({ topic: "phoenix", event: "heartbeat", payload: {}, ref: `${++lastRef}` }),
  };
  const socket = await openJsonSocket(address, { message: receive, ended }, signal, ping);

  const push = (topic: string, event: string, payload: object): Promise<unknown> => {
    const ref = `${++lastRef}`;
    const reply = replies.wait(ref);
    socket.send({
      topic: channelOf(topic),
      event,
      payload,
      ref,
      join_ref: event === "phx_join" ? ref : refs.get(topic),
    });
    if (event === "phx_join") refs.set(topic, ref);
    return reply;
  };
  /** By topic: of the join, which all that is said on the channel names. */
  const refs = new Map<string, string>();
  return {
    subscribe: async (topic) => {
      if (joined.has(topic)) return;
      joined.add(topic);
      const config = { broadcast: { ack: true, self: true }, presence: { enabled: false }, private: isPrivate };
      try {
        await push(topic, "phx_join", { config, access_token: token });
      } catch (error) {
        joined.delete(topic);
        throw error;
      }
    },
    unsubscribe: async (topic) => {
      joined.delete(topic);
      await push(topic, "phx_leave", {});
    },
    publish: async (topic, data) => {
      const payload = { data: toBase64(data) };
      if (joined.has(topic)) await push(topic, "broadcast", { type: "broadcast", event: EVENT, payload });
      // Only who has joined a channel may speak on it; others do by a request, and need not join for one message.
      else
        await post(base, { apiKey, token }, { topic: names(topic), event: EVENT, payload, private: isPrivate }, ended);
    },
    close: async () => {
      socket.close();
      replies.rejectAll(new Error("The connection to Supabase was closed."));
    },
  };
}

async function post(
  base: string,
  { apiKey, token }: Credentials,
  message: object,
  ended: (cause: Error) => void,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`${base}/api/broadcast`, {
      method: "POST",
      headers: { apikey: apiKey, authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ messages: [message] }),
    });
  } catch (error) {
    // Then the connection is lost as well, and the call is repeated on the next.
    ended(new Error("A request to Supabase failed.", { cause: error }));
    throw error;
  }
  await response.body?.cancel();
  const { status } = response;
  if (status === 401 || status === 403) {
    throw new PeerhoodError(
      "DRIVER_REFUSED",
      `Supabase refused a broadcast with status ${status}: look at key and token.`,
    );
  }
  if (status === 429) throw limit("too many requests");
  if (!response.ok) throw new Error(`status ${status} for a broadcast`);
}

/** Of a reply whose status is `error`; the words are those of supabase.com/docs/guides/realtime/error_codes. */
function refusal(reason: unknown): Error {
  const text = typeof reason === "string" ? reason : JSON.stringify(reason ?? "no reason given");
  if (/RateLimit|Too many/i.test(text)) return limit(text);
  if (/Unauthorized|Jwt|JWT|permission/i.test(text)) {
    return new PeerhoodError("DRIVER_REFUSED", `Supabase refused: ${text}`);
  }
  return new Error(text);
}

function limit(text: string): PeerhoodError {
  return new PeerhoodError("SIGNALING_LIMIT", `A limit of Supabase's is met: ${text}`, { retryable: true });
}
