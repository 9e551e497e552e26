import type { DriverState } from "../driver.js";
import type { PeerhoodError } from "../errors.js";
import type { PeerEvents } from "../events.js";
import type { Clock } from "../util/clock.js";
import { MAX_ERROR_TEXT, MAX_ERRORS, MAX_EVENTS, MAX_GONE, MAX_TEXT } from "./constants.js";
import type { PairRecord } from "./pair-record.js";
import { Ring } from "./ring.js";
import type { SnapshotError, SnapshotEvent } from "./snapshot.js";

/** What an event has that is remembered of it. */
interface EventDetails {
  readonly label?: string;
  readonly reason?: string;
  readonly resumed?: boolean;
  readonly level?: string;
  readonly error?: PeerhoodError;
}

/** A remote that is gone. */
export interface GoneRemote {
  readonly id: string;
  readonly metadata: unknown;
  readonly admitted: boolean;
  readonly record: PairRecord;
}

/** What is remembered of one stay in a room, for whoever asks later. */
export class StayRecord {
  readonly #clock: Clock;
  readonly #events = new Ring<SnapshotEvent>(MAX_EVENTS);
  readonly #errors = new Ring<SnapshotError>(MAX_ERRORS);
  readonly #gone = new Ring<GoneRemote>(MAX_GONE);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get events(): SnapshotEvent[] {
    return this.#events.toArray();
  }

  get errors(): SnapshotError[] {
    return this.#errors.toArray();
  }

  get gone(): GoneRemote[] {
    return this.#gone.toArray();
  }

  /** An event of a remote. Messages are too many to be listed: `ChannelSnapshot` counts them. */
  event(name: keyof PeerEvents, remoteId: string, details: object): void {
    if (name === "channel:message") return;
    const { label, reason, resumed, level, error } = details as EventDetails;
    this.#add(name, remoteId, label, reason ?? level ?? error?.code ?? (resumed === true ? "resumed" : undefined));
    if (error !== undefined) this.#fail(error, remoteId);
  }

  driver(state: DriverState): void {
    this.#add("driver", undefined, undefined, state);
  }

  /** A failure in the background. */
  error(error: PeerhoodError, remoteId = error.remoteId): void {
    this.#add("error", remoteId, undefined, error.code);
    this.#fail(error, remoteId);
  }

  ended(remote: GoneRemote): void {
    this.#gone.add(remote);
  }

  #add(name: string, remoteId: string | undefined, label: string | undefined, detail: string | undefined): void {
    this.#events.add({
      at: this.#clock.now(),
      name,
      ...(remoteId !== undefined && { remoteId }),
      ...(label !== undefined && { label: label.slice(0, MAX_TEXT) }),
      ...(detail !== undefined && { detail: detail.slice(0, MAX_TEXT) }),
    });
  }

  /** Without its cause, which may be anything of the application's. */
  #fail({ code, message }: PeerhoodError, remoteId: string | undefined): void {
    const text = message.slice(0, MAX_ERROR_TEXT);
    this.#errors.add({ at: this.#clock.now(), code, message: text, ...(remoteId !== undefined && { remoteId }) });
  }
}
