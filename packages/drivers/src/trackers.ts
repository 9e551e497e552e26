import { PeerhoodError } from "@peerhood/core";
import { CombinedDriver } from "@peerhood/core/internal";
import { fromBase64, toBase64 } from "./common/base64.js";
import { BrokerDriver, type BrokerDriverOptions } from "./common/broker-driver.js";
import { DEFAULT_PREFIX } from "./common/constants.js";
import { asRecord, openJsonSocket } from "./common/json-socket.js";
import type { Line, LineEvents } from "./common/line.js";
import { Recent } from "./common/recent.js";
import { topicHash } from "./common/topic-hash.js";
import { Swarms, type Offer } from "./trackers-swarms.js";

export interface TrackersDriverOptions extends BrokerDriverOptions {
  /** Hashed together with each topic. @default "peerhood-signals" */
  readonly prefix?: string;
  /**
   * To how many members of a swarm one message goes at most: 1 to 80, as many as trackers allow in one announce. A member
   * costs the publisher the size of the message. @default 20
   */
  readonly maxReceivers?: number;
}

const DEFAULT_RECEIVERS = 20;

/**
 * Signaling over BitTorrent trackers for WebTorrent: a topic is a torrent, a message an offer to each member of its swarm.
 * A topic with more than `maxReceivers` subscribers beside the publisher reaches that many of them, picked by the tracker.
 * @param trackers `wss://` or `ws://`, one or more: all are used, what comes over several is delivered once
 * @throws PeerhoodError `INVALID_ARGUMENT` for no tracker
 */
export class TrackersDriver extends CombinedDriver {
  constructor(trackers: string | readonly string[], options: TrackersDriverOptions = {}) {
    const { prefix = DEFAULT_PREFIX, maxReceivers = DEFAULT_RECEIVERS } = options;
    const urls = typeof trackers === "string" ? [trackers] : trackers;
    if (urls.length === 0) throw new PeerhoodError("INVALID_ARGUMENT", "Give the driver at least one tracker.");
    if (!(maxReceivers >= 1 && maxReceivers <= 80)) {
      throw new PeerhoodError("INVALID_ARGUMENT", `maxReceivers is ${maxReceivers}: take 1 to 80.`);
    }
    super(
      urls.map((url) => {
        const open = (events: LineEvents, signal: AbortSignal): Promise<Line> =>
          openTracker(url, prefix, maxReceivers, events, signal);
        const broker = `the tracker ${new URL(url).host}`;
        // Each receiver costs that much again, and a third more in base64.
        return new BrokerDriver({ broker, maxBytes: 16_384, leavesOutSender: true, open }, options);
      }),
    );
  }
}

/** 120 bits: names of torrents and ids are 20 characters, which may be any, and these pass wherever text does. */
function nameOf(bytes: Uint8Array): string {
  return toBase64(bytes.subarray(0, 15)).replaceAll("+", "-").replaceAll("/", "_");
}

async function openTracker(
  url: string,
  prefix: string,
  maxReceivers: number,
  events: LineEvents,
  signal: AbortSignal,
): Promise<Line> {
  const recent = new Recent();
  const topics = new Map<string, string>();
  const hashOf = async (topic: string): Promise<string> => nameOf(await topicHash(prefix, topic));

  const receive = (value: unknown): void => {
    const message = asRecord(value);
    const hash = String(message["info_hash"]);
    const failure = message["failure reason"];
    if (failure !== undefined) return swarms.refused(hash, refusal(failure));
    if (message["offer"] === undefined) return swarms.told(hash, message);
    const topic = topics.get(hash);
    const data = fromBase64(asRecord(message["offer"])["sdp"]);
    // An offer that was sent again, since more had joined, has the first part of its id in common.
    if (topic !== undefined && data && recent.isNew(String(message["offer_id"]).slice(0, ID_LENGTH))) {
      events.message(topic, data);
    }
  };
  const ended = (cause: Error): void => {
    events.ended(cause);
    swarms.close(cause);
    socket.close();
  };
  const socket = await openJsonSocket(url, { message: receive, ended }, signal);
  const peerId = nameOf(crypto.getRandomValues(new Uint8Array(15)));
  const swarms = new Swarms({
    maxOffers: maxReceivers,
    send: (announce) => socket.send({ action: "announce", peer_id: peerId, ...announce }),
    silent: () => ended(new Error(`The tracker ${new URL(url).host} is silent.`)),
  });
  // Whether anybody is there who knows the protocol: a torrent of this connection alone.
  const greeting = swarms.join(peerId);
  const giveUp = (): void => ended(new Error("The tracker did not answer in time."));
  signal.addEventListener("abort", giveUp);
  try {
    await greeting;
    await swarms.leave(peerId);
  } catch (error) {
    swarms.close(new Error("The tracker did not let us in.", { cause: error }));
    socket.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }

  return {
    subscribe: async (topic) => {
      const hash = await hashOf(topic);
      topics.set(hash, topic);
      await swarms.join(hash);
    },
    unsubscribe: async (topic) => {
      const hash = await hashOf(topic);
      topics.delete(hash);
      await swarms.leave(hash);
    },
    publish: async (topic, data) => {
      const id = nameOf(crypto.getRandomValues(new Uint8Array(15))).slice(0, ID_LENGTH);
      const offer = { type: "offer", sdp: toBase64(data) };
      const offers = (count: number): Offer[] =>
        Array.from({ length: count }, (_, index) => ({ offer_id: `${id}${`${index}`.padStart(4, "0")}`, offer }));
      await swarms.offer(await hashOf(topic), offers);
    },
    close: async () => {
      swarms.close(new Error("The connection to the tracker was closed."));
      socket.close();
    },
  };
}

/** Of what all offers of one message have in common; four digits make it an `offer_id` of 20 characters. */
const ID_LENGTH = 16;

function refusal(reason: unknown): PeerhoodError {
  return new PeerhoodError("DRIVER_REFUSED", `A tracker refused: ${String(reason)}; take another one.`);
}
