import type { VirtualClock } from "../clock/virtual-clock.js";
import type { SeededRandom } from "../random/seeded-random.js";
import { checkConditions, type LinkConditions } from "./conditions.js";
import { Link } from "./link.js";
import { Partitions } from "./partitions.js";

/** What became of packets: the trace of a run. */
export interface PacketEvent {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly what: "arrived" | "lost" | "doubled";
}

export interface Packets {
  readonly from: string;
  readonly to: string;
  /** Of all packets together. */
  readonly bytes: number;
  /** @default 1 */
  readonly packets?: number;
  /** All packets are there. Called twice if the network doubles them, unless `copies` is false. */
  readonly onArrival: () => void;
  /** That many are lost; called when the others arrive, `onArrival` is not. */
  readonly onLoss?: (packets: number) => void;
  /** @default true */
  readonly copies?: boolean;
}

/** Hosts and the links between them. Everything random comes from the seed, one generator per link. */
export class NetworkPlane {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #links = new Map<string, Link>();
  readonly #overrides = new Map<string, Partial<LinkConditions>>();
  readonly #partitions = new Partitions();
  readonly #observers = new Set<(event: PacketEvent) => void>();
  #conditions: LinkConditions;
  #inFlight = 0;

  constructor(clock: VirtualClock, random: SeededRandom, conditions: LinkConditions) {
    this.#clock = clock;
    this.#random = random;
    this.#conditions = checkConditions(conditions);
  }

  /** Packets on their way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Changes the conditions of all links from now on; what is on its way stays as it is. */
  change(conditions: Partial<LinkConditions>): void {
    this.#conditions = { ...this.#conditions, ...checkConditions(conditions) };
  }

  /** Changes one link, both directions or, with `oneWay`, only that from `a` to `b`. Goes before `change`. */
  link(a: string, b: string, conditions: Partial<LinkConditions>, { oneWay = false } = {}): void {
    for (const key of oneWay ? [keyOf(a, b)] : [keyOf(a, b), keyOf(b, a)]) {
      this.#overrides.set(key, { ...this.#overrides.get(key), ...checkConditions(conditions) });
    }
  }

  /** Cuts these hosts off from all others, not from each other; what is on its way is lost. */
  partition(hosts: Iterable<string>): void {
    this.#partitions.split(hosts);
  }

  /** Ends all partitions. */
  heal(): void {
    this.#partitions.heal();
  }

  areSevered(from: string, to: string): boolean {
    return this.#partitions.areSevered(from, to);
  }

  conditions(from: string, to: string): LinkConditions {
    const override = this.#overrides.get(keyOf(from, to));
    return override === undefined ? this.#conditions : { ...this.#conditions, ...override };
  }

  /** Calls `observer` for all that happens to packets. Returns a function that stops it. */
  observe(observer: (event: PacketEvent) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  send({ from, to, bytes, packets = 1, onArrival, onLoss, copies = true }: Packets): void {
    const nowMs = this.#clock.now();
    const link = this.#linkOf(from, to);
    const passage = link.pass(nowMs, bytes, packets, this.conditions(from, to));
    const arrive = (): void => {
      // What is on its way when a cable is cut does not arrive.
      const lost = this.areSevered(from, to) ? packets : passage.lost;
      this.#tell({ from, to, bytes, what: lost > 0 ? "lost" : "arrived" });
      if (lost === 0) onArrival();
      else onLoss?.(lost);
    };
    this.#at(passage.arrivesAtMs, passage.inOrder ? link.enqueue(arrive) : arrive);
    const { copyArrivesAtMs } = passage;
    if (copyArrivesAtMs === undefined || !copies || passage.lost > 0) return;
    this.#at(copyArrivesAtMs, () => {
      if (this.areSevered(from, to)) return;
      this.#tell({ from, to, bytes, what: "doubled" });
      onArrival();
    });
  }

  #at(timeMs: number, task: () => void): void {
    this.#inFlight++;
    this.#clock.setUntraced(() => {
      this.#inFlight--;
      task();
    }, timeMs - this.#clock.now());
  }

  #linkOf(from: string, to: string): Link {
    const key = keyOf(from, to);
    let link = this.#links.get(key);
    if (link === undefined) this.#links.set(key, (link = new Link(this.#random.fork(key))));
    return link;
  }

  #tell(event: Omit<PacketEvent, "atMs">): void {
    for (const observer of this.#observers) observer({ atMs: this.#clock.now(), ...event });
  }
}

function keyOf(from: string, to: string): string {
  return JSON.stringify([from, to]);
}
