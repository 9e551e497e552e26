// Symbol.asyncDispose, also for whoever compiles against the declarations with lib ES2022.
/// <reference lib="esnext.disposable" preserve="true" />
import { PeerhoodError, type Clock, type Driver, type JoinOptions, type Peer, type PeerEvents } from "@peerhood/core";
import type { SimulatedNetwork } from "../network/simulated-network.js";
import { enterRoom, type RoomOfApplications } from "./current-room.js";
import { NameScope } from "./name-scope.js";
import { RoomDriver } from "./room-driver.js";
import { isSettled, openChannelsAreOpen, seesAll } from "./settled.js";
import { SimulatedWorld } from "./simulated-world.js";
import { StandstillWatch } from "./standstill-watch.js";
import { TestPeer, type Seat } from "./test-peer.js";
import { ROOM_LINE, Timeline, type TimelineEntry } from "./timeline.js";
import { waitFor, waitForEvent, waitForPromise, type AwaitedEvent, type Waiting, type WaitOptions } from "./wait.js";
import type { World } from "./world.js";

type PeerOrName = string | Peer;

/** How long goodbyes may take at the end, in milliseconds of the room's clock. */
const CLOSE_WITHIN_MS = 10_000;
/** Where `joinAll` goes unless told otherwise. */
const DEFAULT_ROOM = "test";

/**
 * Peers over one network that the test is in charge of. Time stands still but for the calls that let it pass: `until`,
 * `advance`, `settled`, `joinAll`, `close`. Made by `createTestRoom`.
 */
export class TestRoom<Name extends string = string> {
  /** The peers that were asked for, by name. Not joined: `joinAll`, or each by itself. */
  readonly peers: Readonly<Record<Name, Peer>>;
  readonly #world: World;
  readonly #timeline: Timeline;
  readonly #members = new Map<string, TestPeer>();
  /** Made by the application: not for this room to leave or close. */
  readonly #foreign = new Set<TestPeer>();
  readonly #drivers = new Map<RoomDriver, string>();
  readonly #foreignDrivers = new Set<RoomDriver>();
  readonly #names = new NameScope();
  readonly #waiting: Waiting;
  readonly #standstill: StandstillWatch | undefined;
  readonly #exit: () => void;
  #hosts = 0;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(world: World, names: readonly string[], peerOptions: object) {
    this.#world = world;
    this.#timeline = new Timeline(world.clock);
    this.#waiting = { world, timeline: this.#timeline, describePeers: () => this.#describePeers() };
    this.#exit = enterRoom(this.#forApplications());
    if (world instanceof SimulatedWorld) {
      this.#standstill = new StandstillWatch(world.clock, () => this.#all.some(({ isMoving }) => isMoving));
    }
    const peers = names.map((name) => {
      const driver = this.#createDriver(name);
      const peer = new TestPeer(this.#seat(name), { driver, ...peerOptions });
      this.#members.set(name, peer);
      return [name, peer] as const;
    });
    this.peers = Object.fromEntries(peers) as unknown as Record<Name, Peer>;
  }

  /** The room's time, for code under test that takes a clock. */
  get clock(): Clock {
    return this.#world.clock;
  }

  /**
   * All that the simulated network can do beyond `partition`: links of their own, loss, signaling that fails.
   * @throws PeerhoodError `INVALID_STATE` with `real`
   */
  get network(): SimulatedNetwork {
    if (this.#world instanceof SimulatedWorld) return this.#world.network;
    throw new PeerhoodError("INVALID_STATE", "A room with real: true has no simulated network.");
  }

  /**
   * Any peer of the room by name, those included that the application made.
   * @throws PeerhoodError `INVALID_ARGUMENT`
   */
  peer(name: string): Peer {
    const peer = this.#members.get(name);
    if (peer !== undefined) return peer;
    const known = [...this.#members.keys()].join(", ");
    throw new PeerhoodError("INVALID_ARGUMENT", `There is no peer "${name}" in this room, but: ${known || "none"}.`);
  }

  /**
   * Runs application code whose `new Peer()`, made by an import of `@peerhood/testing/peerhood` in the place of
   * `peerhood`, shall have that name here. Several in a row are fine; at the same time only if each makes its Peer
   * before its first `await`.
   */
  as<T>(name: string, run: () => T): T {
    if (this.#members.has(name)) throw taken(name);
    return this.#names.run(name, run);
  }

  /** Joins all that are not in a room, and waits until all of one room are connected and their channels open. */
  async joinAll(target: string | Partial<JoinOptions> = {}, options: WaitOptions = {}): Promise<void> {
    const parts = typeof target === "string" ? { room: target } : { room: DEFAULT_ROOM, ...target };
    const joining = this.#all.filter(({ active, isMoving }) => !active && !isMoving);
    await this.until(Promise.all(joining.map((peer) => peer.join(parts))), options);
    const severed = (a: TestPeer, b: TestPeer): boolean => this.#world.areSevered(a.seat.name, b.seat.name);
    const complete = (): boolean => seesAll(this.#all, severed) && openChannelsAreOpen(this.#all);
    await waitFor(this.#waiting, "A connection of all with all", complete, options);
  }

  /**
   * Cuts the network between groups of peers; what is on its way is lost, and signals still pass. With one group: that from
   * all others. Who is in none is in a group with the rest. Takes the place of a partition before.
   * With `real`, data and candidates are held back, not lost.
   */
  partition(...groups: (PeerOrName | readonly PeerOrName[])[]): void {
    const hosts = groups.map((group) =>
      (Array.isArray(group) ? (group as PeerOrName[]) : [group as PeerOrName]).map((each) => this.#nameOf(each)),
    );
    this.#timeline.add(ROOM_LINE, () => `partition ${hosts.map((names) => `[${names.join(", ")}]`).join(" ")}`);
    this.#world.partition(hosts);
  }

  /** Ends the partition. */
  heal(): void {
    this.#timeline.add(ROOM_LINE, () => "heal");
    this.#world.heal();
  }

  /** Lets that many milliseconds pass. With `real` they are waited for. */
  async advance(ms: number): Promise<void> {
    await this.#world.advance(ms);
  }

  /**
   * Lets time pass until nothing is under way: nobody is joining or leaving, all reachable remotes are connected or gone, no
   * channel is opening or closing, no signal and no data of channels is on its way, and for 100 ms nothing has happened.
   * @throws PeerhoodError `TEST_TIMEOUT`
   */
  async settled(options: WaitOptions = {}): Promise<void> {
    const { clock, quietMs } = this.#world;
    const severed = (a: string, b: string): boolean => this.#world.areSevered(a, b);
    let heard = -1;
    let sinceMs = clock.now();
    let timer: unknown;
    const quiet = (): boolean => {
      const now = this.#all.reduce((sum, peer) => sum + peer.heard, 0);
      if (now !== heard || this.#world.busy || !isSettled(this.#all, this.#timeline, severed)) {
        heard = now;
        sinceMs = clock.now();
        // There may be no other timer that time could go on by.
        clock.clearTimeout(timer);
        timer = clock.setTimeout(() => {}, quietMs);
      }
      return clock.now() - sinceMs >= quietMs;
    };
    try {
      await waitFor(this.#waiting, "Quiet", quiet, options);
    } finally {
      clock.clearTimeout(timer);
    }
  }

  /**
   * Lets time pass until the promise settles, and settles as it does; until the condition returns something truthy, and
   * returns that; or until an event of a peer fires from now on, and returns it.
   *
   * ```ts
   * await room.until(alice.send("hello", "chat"));
   * await room.until(() => bob.remotes.size === 2, { withinMs: 1_000 });
   * const { data } = await room.until({ peer: "bob", event: "channel:message" });
   * ```
   * @throws PeerhoodError `TEST_TIMEOUT`, with how the peers stand and what did happen
   */
  until<T>(promise: PromiseLike<T>, options?: WaitOptions): Promise<T>;
  until<T>(condition: () => T, options?: WaitOptions): Promise<Exclude<T, false | 0 | "" | null | undefined>>;
  until<K extends keyof PeerEvents & string>(event: AwaitedEvent<K>, options?: WaitOptions): Promise<PeerEvents[K]>;
  until(what: PromiseLike<unknown> | (() => unknown) | AwaitedEvent, options: WaitOptions = {}): Promise<unknown> {
    if (typeof what === "function") return waitFor(this.#waiting, `The condition ${source(what)}`, what, options);
    if ("then" in what) return waitForPromise(this.#waiting, what, options);
    const name = this.#nameOf(what.peer);
    return waitForEvent(this.#waiting, this.peer(name), name, what, options);
  }

  /** What happened so far, in order; with a name, at that peer. The same for the same seed. */
  timeline(peer?: PeerOrName): readonly TimelineEntry[] {
    return this.#timeline.read(peer === undefined ? undefined : this.#nameOf(peer));
  }

  /** How the peers stand and what happened, as text. */
  describe(): string {
    return `${this.#describePeers()}\n${this.#timeline.format()}`;
  }

  /**
   * What is in use right now, a line each: peers in rooms, connections, channels, subscriptions, timers, and listeners
   * of peers and drivers.
   */
  leaks(): string[] {
    return [
      ...this.#openLeaks(this.#all),
      ...this.#all.flatMap((peer) => {
        const heard = EVENTS.filter((event) => peer.listens(event));
        return heard.length === 0 ? [] : [`${peer.seat.name}: listeners of ${heard.join(", ")}`];
      }),
    ];
  }

  /**
   * Leaves with the peers of this room, closes their drivers, and looks at what is left: connections, channels,
   * subscriptions, timers, listeners of drivers, and peers and drivers that the application made and did not leave or
   * close. Idempotent.
   * @throws PeerhoodError `TEST_LEAK`
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #all(): TestPeer[] {
    return [...this.#members.values()];
  }

  async #close(): Promise<void> {
    const left = [...this.#foreign]
      .filter(({ active, isMoving }) => active || isMoving)
      .map(({ seat: { name }, room }) => `${name}: the application has not left the room ${JSON.stringify(room)}`);
    for (const driver of this.#foreignDrivers) {
      if (!driver.isClosed) left.push(`${this.#drivers.get(driver)}: a driver that the application has not closed`);
    }
    try {
      await this.until(Promise.all(this.#all.map((peer) => peer.leave())), { withinMs: CLOSE_WITHIN_MS });
      for (const [driver, host] of this.#drivers) {
        await driver.close();
        if (driver.listeners > 0) left.push(`${host}: listeners of its driver: ${driver.listeners}`);
      }
      // What is on its way may arrive.
      await this.#world.runUntilTrue(() => this.#openLeaks([]).length === 0, CLOSE_WITHIN_MS);
      left.push(...this.#openLeaks([]));
    } finally {
      this.#standstill?.stop();
      this.#exit();
    }
    if (left.length === 0) return;
    throw new PeerhoodError(
      "TEST_LEAK",
      `Something was left behind:\n${left.map((line) => `  - ${line}`).join("\n")}\n${this.describe()}`,
    );
  }

  #openLeaks(peers: readonly TestPeer[]): string[] {
    const joined = peers.filter(({ active }) => active);
    return [
      ...joined.map(({ seat, room }) => `${seat.name}: in the room ${JSON.stringify(room)}`),
      ...this.#world.leaks(),
    ];
  }

  #forApplications(): RoomOfApplications {
    return {
      seat: () => this.#seat(this.#names.take() ?? `app-${this.#foreign.size + 1}`),
      enlist: (peer) => {
        this.#members.set(peer.seat.name, peer);
        this.#foreign.add(peer);
      },
      createDriver: (host) => this.#world.createDriver(this.#hostOf(host)),
      addDriver: (driver) => {
        this.#drivers.set(driver as RoomDriver, this.#names.current ?? "the application");
        this.#foreignDrivers.add(driver as RoomDriver);
      },
    };
  }

  #seat(name: string): Seat {
    if (this.#members.has(name)) throw taken(name);
    return { name, adapter: this.#world.createAdapter(name), timeline: this.#timeline };
  }

  #createDriver(name: string): Driver {
    const driver = new RoomDriver((host) => this.#world.createDriver(this.#hostOf(host)));
    driver.bind(name);
    this.#drivers.set(driver, name);
    return driver;
  }

  #hostOf(host: string | undefined): string {
    return host ?? `driver-${++this.#hosts}`;
  }

  #nameOf(peer: PeerOrName): string {
    if (typeof peer === "string") return this.peer(peer) && peer;
    const found = this.#all.find((each) => each === peer);
    if (found !== undefined) return found.seat.name;
    throw new PeerhoodError("INVALID_ARGUMENT", "That peer is not one of this room.");
  }

  #describePeers(): string {
    const lines = this.#all.map((peer) => {
      const remotes = [...peer.remotes.values()].map(({ id, state, channels }) => {
        const open = [...channels.values()].filter(({ readyState }) => readyState === "open").map(({ label }) => label);
        return `${this.#timeline.nameOf(id)} ${state}${open.length === 0 ? "" : ` (${open.join(", ")})`}`;
      });
      const where = peer.active
        ? `in ${JSON.stringify(peer.room)}`
        : peer.isMoving
          ? "joining or leaving"
          : "in no room";
      return `  ${peer.seat.name}: ${where}${remotes.length === 0 ? "" : `; ${remotes.join("; ")}`}`;
    });
    return lines.length === 0 ? "  (no peers)" : lines.join("\n");
  }
}

/** Each by its own name: `listens` asks for its group as well. */
const EVENTS =
  "connection:new connection:connecting connection:connected connection:disconnected connection:failed connection:closed \
connection:quality channel:new channel:open channel:close channel:message channel:error stream:add stream:remove \
track:add track:remove remote:metadata error".split(" ") as (keyof PeerEvents & string)[];

function taken(name: string): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", `There is a peer "${name}" in this room already; take another name.`);
}

/** The condition as it is written, to find it again. */
function source(condition: () => unknown): string {
  const text = String(condition).replaceAll(/\s+/g, " ");
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
