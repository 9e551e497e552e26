import { PeerhoodError } from "@peerhood/core";
import { fromBase64, toBase64 } from "./common/base64.js";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { DEFAULT_PREFIX, POLITE_KEEP_ALIVE_MS } from "./common/constants.js";
import { asRecord, openJsonSocket } from "./common/json-socket.js";
import type { Line, LineEvents } from "./common/line.js";
import { Replies } from "./common/replies.js";

// A driver to begin with: `npm run new-driver -- NAME` copies this file, its test and its double under another name. It
// works as it stands, over a protocol that the double in test-support/ speaks. Where it says HERE is what differs.

export interface TemplateDriverOptions extends BrokerDriverOptions {
  /** Before the name of every topic at the broker. @default "peerhood-signals" */
  readonly prefix?: string;
}

/**
 * HERE: Signaling over BROKER, a WHAT for each topic.
 * @param url `wss://` or `ws://`
 */
export class TemplateDriver extends BrokerDriver {
  constructor(url: string, options: TemplateDriverOptions = {}) {
    const prefix = `${options.prefix ?? DEFAULT_PREFIX}/`;
    super(
      {
        // HERE: how messages of errors call it.
        broker: "the Template broker",
        // HERE: at least 16,384, and why no more.
        maxBytes: 65_536,
        // HERE: `leavesOutSender: true` if what is published does not come back to whom it came from.
        open: (events, signal) => openLine(url, prefix, events, signal),
      },
      options,
    );
  }
}

/** HERE: one connection; resolves once it can carry messages, and is given up when `signal` aborts. */
async function openLine(url: string, prefix: string, events: LineEvents, signal: AbortSignal): Promise<Line> {
  const replies = new Replies();
  let lastId = 0;

  const receive = (value: unknown): void => {
    // What a broker sends is data: looked at before it is believed.
    const { id, error, topic, data } = asRecord(value);
    if (typeof topic === "string" && topic.startsWith(prefix)) {
      const bytes = fromBase64(data);
      if (bytes) events.message(topic.slice(prefix.length), bytes);
    } else if (error === undefined) replies.resolve(String(id), undefined);
    else replies.reject(String(id), refusal(error));
  };
  /** The driver opens another line, and repeats on it what was not answered on this one. */
  const ended = (cause: Error): void => {
    events.ended(cause);
    replies.rejectAll(cause);
  };
  const ping = { everyMs: POLITE_KEEP_ALIVE_MS, send: (): void => socket.send({ id: ++lastId, do: "ping" }) };
  const socket = await openJsonSocket(url, { message: receive, ended }, signal, ping);

  const request = (what: object): Promise<void> => {
    const reply = replies.wait(`${++lastId}`);
    socket.send({ id: lastId, ...what });
    return reply;
  };
  return {
    subscribe: (topic) => request({ do: "subscribe", topic: prefix + topic }),
    unsubscribe: (topic) => request({ do: "unsubscribe", topic: prefix + topic }),
    publish: (topic, data) => request({ do: "publish", topic: prefix + topic, data: toBase64(data) }),
    close: async () => {
      socket.close();
      replies.rejectAll(new Error("The connection was closed."));
    },
  };
}

/** HERE: a no of the broker's is `DRIVER_REFUSED`, a limit `SIGNALING_LIMIT`; the rest is any Error. */
function refusal(reason: unknown): Error {
  if (reason !== "forbidden") return new Error(String(reason));
  return new PeerhoodError("DRIVER_REFUSED", "The Template broker refused: forbidden.");
}
