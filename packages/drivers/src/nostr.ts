import { PeerhoodError } from "@peerhood/core";
import { CombinedDriver } from "@peerhood/core/internal";
import { fromBase64, toBase64 } from "./common/base64.js";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { DEFAULT_PREFIX, POLITE_KEEP_ALIVE_MS } from "./common/constants.js";
import { toHex } from "./common/hex.js";
import { asRecord, openJsonSocket } from "./common/json-socket.js";
import type { Line, LineEvents } from "./common/line.js";
import { Recent } from "./common/recent.js";
import { Replies } from "./common/replies.js";
import { TopicBatch } from "./common/topic-batch.js";
import { topicHash } from "./common/topic-hash.js";

export interface NostrDriverOptions extends BrokerDriverOptions {
  /** Hashed together with each topic. @default "peerhood-signals" */
  readonly prefix?: string;
  /** 20,000 to 29,999: relays pass such events on and do not keep them. @default 25_711 */
  readonly kind?: number;
  /** What events are signed with, 32 bytes; who has the same key is seen to be the same. @default a new one for each driver */
  readonly secretKey?: Uint8Array;
}

/** Nobody has taken it for anything else yet. */
const DEFAULT_KIND = 25_711;
/** In a request for it there is an answer in each relay, and never an event. */
const NO_EVENT = "0".repeat(64);

/**
 * Signaling over Nostr relays with ephemeral events (NIP-01); the topic is a hash in a tag `t`, the message the content in
 * base64. Signatures are for the relays: peers authenticate each other themselves.
 * @param relays `wss://` or `ws://`, one or more: all are used, what comes over several is delivered once
 * @throws PeerhoodError `INVALID_ARGUMENT` for no relay, or a kind that relays keep
 */
export class NostrDriver extends CombinedDriver {
  constructor(relays: string | readonly string[], options: NostrDriverOptions = {}) {
    const { prefix = DEFAULT_PREFIX, kind = DEFAULT_KIND } = options;
    const urls = typeof relays === "string" ? [relays] : relays;
    if (urls.length === 0) throw new PeerhoodError("INVALID_ARGUMENT", "Give the driver at least one relay.");
    if (!(kind >= 20_000 && kind <= 29_999)) {
      throw new PeerhoodError(
        "INVALID_ARGUMENT",
        `Kind ${kind} is not ephemeral: take one from 20000 to 29999 (NIP-01).`,
      );
    }
    let signer: Promise<Signer> | undefined;
    super(
      urls.map((url) => {
        const open = async (events: LineEvents, signal: AbortSignal): Promise<Line> =>
          openRelay(url, { prefix, kind, signer: await (signer ??= createSigner(options.secretKey)) }, events, signal);
        // Relays take events of 64 KiB or more, and base64 takes a third more than what it stands for.
        return new BrokerDriver({ broker: `the relay ${new URL(url).host}`, maxBytes: 32_768, open }, options);
      }),
    );
  }
}

interface Event {
  readonly id: string;
}

type Signer = (kind: number, tags: readonly (readonly string[])[], content: string) => Event;

async function createSigner(given: Uint8Array | undefined): Promise<Signer> {
  const [{ schnorr }, { sha256 }] = await Promise.all([
    import("@noble/curves/secp256k1.js"),
    import("@noble/hashes/sha2.js"),
  ]);
  const secretKey = given ?? schnorr.utils.randomSecretKey();
  const pubkey = toHex(schnorr.getPublicKey(secretKey));
  return (kind, tags, content) => {
    const created_at = Math.floor(Date.now() / 1_000);
    // NIP-01, "Events and signatures"; nothing in it needs an escape that JSON does otherwise.
    const serialized = JSON.stringify([0, pubkey, created_at, kind, tags, content]);
    const hash = sha256(new TextEncoder().encode(serialized));
    return {
      id: toHex(hash),
      pubkey,
      created_at,
      kind,
      tags,
      content,
      sig: toHex(schnorr.sign(hash, secretKey)),
    } as Event;
  };
}

interface RelayOptions {
  readonly prefix: string;
  readonly kind: number;
  readonly signer: Signer;
}

async function openRelay(
  url: string,
  { prefix, kind, signer }: RelayOptions,
  events: LineEvents,
  signal: AbortSignal,
): Promise<Line> {
  const accepted = new Replies();
  const requests = new Replies();
  const recent = new Recent();
  const topics = new Map<string, string>();
  const tagOf = async (topic: string): Promise<string> => toHex(await topicHash(prefix, topic));

  /** The subscription that counts. */
  let current: string | undefined;
  const receive = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    const [verb, id, third, fourth] = value as unknown[];
    if (verb === "EVENT") take(asRecord(third));
    else if (verb === "EOSE") requests.resolve(String(id), undefined);
    else if (verb === "OK" && third === true) accepted.resolve(String(id), undefined);
    else if (verb === "OK") accepted.reject(String(id), refusal(fourth));
    else if (verb === "CLOSED" && !requests.reject(String(id), refusal(third)) && id === current) ended(refusal(third));
  };
  const take = ({ id, kind: theirs, tags, content }: Readonly<Record<string, unknown>>): void => {
    if (theirs !== kind || typeof id !== "string" || !Array.isArray(tags)) return;
    const tag = tags.find((each) => Array.isArray(each) && each[0] === "t") as unknown[] | undefined;
    const topic = topics.get(String(tag?.[1]));
    const data = fromBase64(content);
    // While a request takes the place of another both may bring it.
    if (topic !== undefined && data && recent.isNew(id)) events.message(topic, data);
  };
  const ended = (cause: Error): void => {
    events.ended(cause);
    accepted.rejectAll(cause);
    requests.rejectAll(cause);
    socket.close();
  };
  const ping = {
    everyMs: POLITE_KEEP_ALIVE_MS,
    send: (): void => socket.send(["REQ", "ping", { ids: [NO_EVENT], limit: 1 }]),
  };
  const socket = await openJsonSocket(url, { message: receive, ended }, signal, ping);

  let count = 0;
  const batch = new TopicBatch(async (wanted) => {
    const before = current;
    const tags = await Promise.all(wanted.map(tagOf));
    topics.clear();
    tags.forEach((tag, index) => topics.set(tag, wanted[index] ?? ""));
    if (tags.length > 0) {
      // All topics in one subscription: relays allow 10 or 20 of them for each connection.
      const id = `topics-${++count}`;
      const stored = requests.wait(id);
      // Without `since`: a publisher whose clock is slow would not be heard.
      socket.send(["REQ", id, { kinds: [kind], "#t": tags }]);
      await stored;
      current = id;
    } else current = undefined;
    if (before !== undefined) socket.send(["CLOSE", before]);
  });
  return {
    subscribe: (topic) => batch.add(topic),
    unsubscribe: (topic) => batch.remove(topic),
    publish: async (topic, data) => {
      // Salted: the same bytes in the same second would be the same event, which relays pass on once.
      const salt = toHex(crypto.getRandomValues(new Uint8Array(8)));
      const event = signer(
        kind,
        [
          ["t", await tagOf(topic)],
          ["salt", salt],
        ],
        toBase64(data),
      );
      const reply = accepted.wait(event.id);
      socket.send(["EVENT", event]);
      await reply;
    },
    close: async () => {
      socket.close();
      const closed = new Error("The connection to the relay was closed.");
      accepted.rejectAll(closed);
      requests.rejectAll(closed);
    },
  };
}

/** The word before the colon is made for machines (NIP-01, NIP-42). */
function refusal(text: unknown): Error {
  const message = typeof text === "string" ? text : "no reason given";
  const [word = ""] = message.split(":");
  if (["blocked", "restricted", "auth-required", "pow"].includes(word)) {
    return new PeerhoodError("DRIVER_REFUSED", `A Nostr relay refused: ${message}; take another one.`);
  }
  if (word === "rate-limited") {
    return new PeerhoodError("SIGNALING_LIMIT", `A Nostr relay limits: ${message}`, { retryable: true });
  }
  return new Error(message);
}
