import type { Clock, Driver, DriverSubscription } from "@peerhood/core";
import type { SeededRandom } from "../random/seeded-random.js";

/** What a hostile broker does to each message, as probabilities from 0 to 1; what is left out it does not do. */
export interface Hostility {
  readonly drop?: number;
  readonly double?: number;
  /** Holds it back for up to `delayMs`, so that later ones overtake it. */
  readonly delay?: number;
  /** @default 3000 */
  readonly delayMs?: number;
  /** Changes bytes of it: the DTLS fingerprint where one can be found, any others where not. */
  readonly rewrite?: number;
  /** Says something again that it recorded, of this session or an older one. */
  readonly replay?: number;
  /** Delivers it to somebody else. */
  readonly redirect?: number;
  /** Puts something of its own in its place, or beside it: see {@link HostileBrokerOptions.forge}. */
  readonly forge?: number;
}

export interface BrokerRecord {
  readonly topic: string;
  readonly data: Uint8Array;
}

export interface HostileBrokerOptions {
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** What it makes up when it has seen that, for topics of its choice; it knows all that it recorded. */
  readonly forge?: (seen: BrokerRecord, records: readonly BrokerRecord[]) => readonly BrokerRecord[];
}

interface Subscription {
  readonly topic: string;
  readonly handler: (data: Uint8Array) => void;
}

/** One character for each byte. */
const BYTES = new TextDecoder("windows-1252");
const FINGERPRINT = /fingerprint:[\w-]+ ([0-9A-F]{2}:)+[0-9A-F]{2}/i;

/**
 * A broker that keeps all it hears and does to it what it likes: the worst one that a driver may lead to. What it does is
 * drawn from `random`, so the same seed gives the same run.
 */
export class HostileBroker {
  /** All that was ever published, oldest first. */
  readonly records: BrokerRecord[] = [];
  hostility: Hostility;
  readonly #options: HostileBrokerOptions;
  readonly #subscriptions = new Set<Subscription>();

  constructor(options: HostileBrokerOptions, hostility: Hostility = {}) {
    this.#options = options;
    this.hostility = hostility;
  }

  /** How many subscriptions are left. */
  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /** The first of these texts whose bytes (UTF-8) are anywhere in what it recorded, topics included; or `undefined`. */
  findAny(texts: readonly string[]): string | undefined {
    // One string of all of it: between two records stands what is in no text.
    const all = this.records.map(({ topic, data }) => `${topic}\u0000\uffff${BYTES.decode(data)}`).join("\uffff");
    return texts.find((text) => all.includes(BYTES.decode(new TextEncoder().encode(text))));
  }

  createDriver(): Driver {
    return {
      state: "open",
      subscribe: async (topic, handler): Promise<DriverSubscription> => {
        const subscription = { topic, handler };
        this.#subscriptions.add(subscription);
        return { unsubscribe: async () => void this.#subscriptions.delete(subscription) };
      },
      publish: async (topic, data) => this.#receive({ topic, data: new Uint8Array(data) }),
      on: () => () => {},
      close: async () => {},
    };
  }

  /** Says something to a topic, as it is. */
  deliver({ topic, data }: BrokerRecord, afterMs = 1): void {
    this.#options.clock.setTimeout(() => {
      for (const subscription of this.#subscriptions) {
        if (subscription.topic === topic) subscription.handler(new Uint8Array(data));
      }
    }, afterMs);
  }

  #receive(record: BrokerRecord): void {
    this.records.push(record);
    const { random, forge } = this.#options;
    const { drop = 0, double = 0, delay = 0, delayMs = 3_000, rewrite = 0, replay = 0, redirect = 0 } = this.hostility;
    if (random.chance(this.hostility.forge ?? 0)) {
      for (const forged of forge?.(record, this.records) ?? []) this.deliver(forged, random.below(20));
    }
    if (random.chance(replay)) this.deliver(this.#any(record), random.below(delayMs));
    if (random.chance(redirect)) this.deliver({ topic: this.#any(record).topic, data: record.data });
    if (random.chance(drop)) return;
    const data = random.chance(rewrite) ? this.#rewrite(record.data) : record.data;
    const copies = random.chance(double) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.deliver({ topic: record.topic, data }, random.chance(delay) ? random.below(delayMs) : 1);
    }
  }

  #any(otherwise: BrokerRecord): BrokerRecord {
    return this.records[this.#options.random.below(this.records.length)] ?? otherwise;
  }

  #rewrite(data: Uint8Array): Uint8Array {
    const { random } = this.#options;
    const text = BYTES.decode(data);
    const found = FINGERPRINT.exec(text);
    const changed = new Uint8Array(data);
    const at = found === null ? random.below(data.length) : found.index + found[0].length - 1;
    changed[at] = (changed[at] ?? 0) ^ (1 + random.below(255));
    return changed;
  }
}
