import { Peer, type ConnectionAdapter, type JoinOptions, type PeerEvents, type PeerOptions } from "@peerhood/core";
import { describeError, describeEvent } from "./describe-event.js";
import type { Timeline } from "./timeline.js";

/** What a room gives to one of its peers. */
export interface Seat {
  readonly name: string;
  readonly adapter: ConnectionAdapter;
  readonly timeline: Timeline;
}

/** The library's own Peer, whose events and calls are written down. Listens to nothing: an event costs no more than else. */
export class TestPeer extends Peer {
  readonly seat: Seat;
  /** Calls of `join` and `leave` that have not settled. */
  #pending = 0;
  #heard = 0;

  constructor(seat: Seat, options: Omit<PeerOptions, "adapter">) {
    const note = (level: string) => (message: string) => seat.timeline.add(seat.name, () => `${level}: ${message}`);
    const silent = (): void => {};
    super({
      logger: { debug: silent, info: silent, warn: note("warning"), error: note("error logged") },
      ...options,
      adapter: seat.adapter,
    });
    this.seat = seat;
  }

  /** It is on its way into a room or out of one. */
  get isMoving(): boolean {
    return this.#pending > 0;
  }

  /** Events so far. */
  get heard(): number {
    return this.#heard;
  }

  override emit<K extends keyof PeerEvents & string>(name: K, event: PeerEvents[K]): boolean {
    this.#heard++;
    const { timeline, name: peer } = this.seat;
    timeline.add(peer, () => describeEvent(name, event, (id) => timeline.nameOf(id)));
    return super.emit(name, event);
  }

  override async join(target: string | JoinOptions): Promise<void> {
    const room = typeof target === "string" ? target : target?.room;
    this.#note(`join ${JSON.stringify(room)}`);
    this.#pending++;
    try {
      await super.join(target);
      this.seat.timeline.name(this.id, this.seat.name);
      this.#note("joined");
    } catch (error) {
      this.#note(`join failed, ${describeError(error)}`);
      throw error;
    } finally {
      this.#pending--;
    }
  }

  override async leave(): Promise<void> {
    if (!this.active && !this.isMoving) return super.leave();
    this.#note("leave");
    this.#pending++;
    try {
      await super.leave();
    } finally {
      this.#pending--;
      this.#note("left");
    }
  }

  #note(what: string): void {
    this.seat.timeline.add(this.seat.name, () => what);
  }
}
