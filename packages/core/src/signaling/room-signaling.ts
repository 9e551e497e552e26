import type { Driver, DriverState, DriverSubscription } from "../driver.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import type { Stay } from "../sealing/password-run.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import { createDeferred } from "../util/deferred.js";
import { withTimeout } from "../util/timeout.js";
import { ANNOUNCE_AT_MS, GOODBYE_MS } from "./constants.js";
import {
  decodeDatagram,
  encodeRoomDatagram,
  type ForeignDatagram,
  type PairDatagram,
  type RoomDatagram,
} from "./datagram.js";
import { instanceOf } from "./instance.js";

/** The driver is asked no more often whether its broker is still there; asking again would start its patience anew. */
const SUSPECT_PAUSE_MS = 2_000;

export interface RoomSignalingOptions {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly topic: string;
  readonly id: string;
  readonly instance: string;
  /** What `instance` is the hash of. */
  readonly instanceSecret: Uint8Array;
  readonly onState: (state: DriverState) => void;
  /** The driver is open again. */
  readonly onOpen: () => void;
  readonly onRoom: (datagram: RoomDatagram) => void;
  readonly onPair: (datagram: PairDatagram) => void;
  readonly onForeign: (datagram: ForeignDatagram) => void;
  readonly onError: (error: PeerhoodError) => void;
}

/** One member's place on the bus: the room's topic and its own, and the announcements. */
export class RoomSignaling {
  /** Messages to the broker and from it. */
  readonly traffic = { sent: 0, received: 0 };
  readonly #options: RoomSignalingOptions;
  #subscriptions: DriverSubscription[] = [];
  #stopListening: (() => void)[] = [];
  #announceTimer: TimerHandle | undefined;
  #stopAttending: (() => void) | undefined;
  #publishFails = false;
  #checkedAt = -Infinity;
  readonly #abort = createDeferred<never>();
  #stopped = false;

  constructor(options: RoomSignalingOptions) {
    this.#options = options;
  }

  /**
   * Subscribes and announces.
   * @throws PeerhoodError `SIGNALING_UNREACHABLE`, `ABORTED` when stopped meanwhile, or what the driver rejects with; nothing is left running then
   */
  async start(timeoutMs: number): Promise<void> {
    const { driver, clock, topic, id, onError } = this.#options;
    this.#stopListening = [
      driver.on("state", (state) => {
        this.#options.onState(state as DriverState);
        // Whoever joined while the broker was away has not been heard, and has not heard us.
        if (state !== "open" || this.#subscriptions.length === 0) return;
        this.announce();
        this.#options.onOpen();
      }),
      driver.on("error", (error) => onError(toPeerhoodError(error, "DRIVER_FAILED", "The signaling driver failed."))),
    ];
    const subscribe = async (suffix: string): Promise<void> => {
      const subscription = await driver.subscribe(`${topic}/${suffix}`, (data) => this.#receive(data));
      if (this.#stopped) return subscription.unsubscribe();
      this.#subscriptions.push(subscription);
    };
    try {
      const subscribing = Promise.race([Promise.all([subscribe(id), subscribe("all")]), this.#abort.promise]);
      await withTimeout(subscribing, timeoutMs, clock, () => unreachable(timeoutMs));
    } catch (error) {
      await this.stop();
      throw toPeerhoodError(error, "SIGNALING_UNREACHABLE", unreachable(timeoutMs).message, { retryable: true });
    }
    this.announce();
  }

  get isOpen(): boolean {
    return this.#options.driver.state === "open";
  }

  /** Says that this member is there: now, soon again, ever more rarely, then no more. */
  announce(): void {
    if (this.#stopped) return;
    const { clock, id, instance, topic } = this.#options;
    if (this.#announceTimer !== undefined) clock.clearTimeout(this.#announceTimer);
    const step = (index: number): void => {
      this.#announceTimer = undefined;
      void this.#publish(`${topic}/all`, encodeRoomDatagram({ kind: "hello", from: id, instance }));
      const now = ANNOUNCE_AT_MS[index];
      const next = ANNOUNCE_AT_MS[index + 1];
      if (now === undefined || next === undefined) return;
      this.#announceTimer = clock.setTimeout(() => step(index + 1), next - now);
    };
    step(0);
  }

  send(data: Uint8Array, to: string): void {
    // A driver that is not open keeps what it is given, and all that matters is repeated once it is.
    if (!this.#stopped && this.isOpen) void this.#publish(`${this.#options.topic}/${to}`, data);
  }

  /** Whether somebody is not connected yet: then the driver should notice a dead broker quickly. */
  attend(needed: boolean): void {
    if (needed) this.#stopAttending ??= this.#options.driver.attend?.();
    else {
      this.#stopAttending?.();
      this.#stopAttending = undefined;
    }
  }

  /** The network of this machine has changed. */
  check(): void {
    this.#checkedAt = this.#options.clock.now();
    this.#options.driver.check?.();
  }

  /** The way to a remote is in doubt, so that to the broker may be gone, too: asks, once for however many remotes. */
  suspect(): void {
    if (this.#options.clock.now() - this.#checkedAt >= SUSPECT_PAUSE_MS) this.check();
  }

  /** Leaves the bus. Resolves when no handler is left on the driver. Idempotent. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    const { clock, id, instance, instanceSecret: secret, topic, driver } = this.#options;
    if (this.#announceTimer !== undefined) clock.clearTimeout(this.#announceTimer);
    // Only while the driver is open: a goodbye must not wait for a broker that is away.
    const goodbye =
      this.#subscriptions.length > 0 && driver.state === "open"
        ? this.#publish(`${topic}/all`, encodeRoomDatagram({ kind: "bye", from: id, instance, secret }))
        : Promise.resolve();
    this.#stopped = true;
    this.#abort.reject(new PeerhoodError("ABORTED", "The room was left before joining it was complete."));
    this.attend(false);
    for (const stop of this.#stopListening) stop();
    const subscriptions = this.#subscriptions;
    this.#subscriptions = [];
    const timedOut = (): Error => new Error("The goodbye took too long.");
    await Promise.allSettled([
      withTimeout(goodbye, GOODBYE_MS, clock, timedOut),
      ...subscriptions.map((subscription) => subscription.unsubscribe()),
    ]);
  }

  #receive(data: Uint8Array): void {
    if (this.#stopped) return;
    this.traffic.received++;
    const datagram = decodeDatagram(data);
    if (datagram === undefined || isOwn(datagram, this.#options)) return;
    if (datagram.kind === "foreign") this.#options.onForeign(datagram);
    else if (datagram.kind === "pair") this.#options.onPair(datagram);
    else if (datagram.kind === "hello" || isGenuine(datagram)) this.#options.onRoom(datagram);
  }

  /** A failing publish is told once until one works again: everything that matters is repeated anyway. */
  #publish(topic: string, data: Uint8Array): Promise<void> {
    this.traffic.sent++;
    const publish = async (): Promise<void> => this.#options.driver.publish(topic, data);
    return publish().then(
      () => {
        this.#publishFails = false;
      },
      (error: unknown) => {
        if (this.#publishFails || this.#stopped) return;
        this.#publishFails = true;
        this.#options.onError(
          toPeerhoodError(error, "DRIVER_FAILED", "The signaling driver could not publish; see cause.", {
            retryable: true,
          }),
        );
      },
    );
  }
}

/** Not of another stay with the same identity. */
function isOwn(datagram: RoomDatagram | PairDatagram | ForeignDatagram, own: Stay): boolean {
  return datagram.from === own.id && (datagram.kind === "foreign" || datagram.instance === own.instance);
}

/** Nobody else can say that goodbye. */
function isGenuine({ instance, secret }: RoomDatagram): boolean {
  return secret !== undefined && instanceOf(secret) === instance;
}

function unreachable(timeoutMs: number): PeerhoodError {
  return new PeerhoodError(
    "SIGNALING_UNREACHABLE",
    `The signaling driver did not open within ${timeoutMs} ms. Is the server running, and the URL right?`,
    { retryable: true },
  );
}
