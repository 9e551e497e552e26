import type { PeerhoodError } from "../errors.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import { Admission, type Verify } from "./admission.js";
import type { MeetingMessage } from "./messages.js";

export interface MeetingOptions {
  /** Id of the remote. */
  readonly id: string;
  readonly clock: Clock;
  readonly verify: Verify | undefined;
  readonly verifyTimeoutMs: number;
  /** Each step has so long. */
  readonly timeoutMs: number;
  /** What this peer advertises. */
  readonly metadata: unknown;
  readonly push: (message: MeetingMessage) => void;
  /** This side lets the remote in, which advertises that. */
  readonly onAdmitted: (metadata: unknown) => void;
  /** This side does not. */
  readonly onRefusing: (refusal: PeerhoodError) => void;
  /** The remote does not let this side in: told once this side has decided, so that both have their events. */
  readonly onRefused: () => void;
  /** A step took longer than that. */
  readonly onTimeout: (timeoutMs: number) => void;
}

/** How two members let each other in, before they connect. */
export class Meeting {
  readonly #options: MeetingOptions;
  readonly #admission: Admission;
  #timer: TimerHandle | undefined;
  #introduced = false;
  #admitted = false;
  #refused = false;
  #over = false;

  constructor(options: MeetingOptions) {
    this.#options = options;
    const { id, verify, verifyTimeoutMs: timeoutMs, clock, push } = options;
    this.#admission = new Admission({ id, verify, timeoutMs, clock, send: (data) => push({ t: "verify", data }) });
  }

  /** The remote does not let this side in. */
  get refused(): boolean {
    return this.#refused;
  }

  start(): void {
    this.#options.push({ t: "intro", metadata: this.#options.metadata });
    this.#restartTimer();
  }

  receive(message: MeetingMessage): void {
    switch (message.t) {
      case "intro":
        if (!this.#introduced) void this.#admit(message.metadata);
        return;
      case "accept":
        if (this.#timer !== undefined) this.#restartTimer();
        return;
      case "refuse":
        this.#refused = true;
        if (this.#admitted) this.#options.onRefused();
        return;
      case "verify":
        return this.#admission.receive(message.data);
    }
  }

  /** Whether the remote may advertise that from now on; an error says why not. */
  check(metadata: unknown, previous: unknown): Promise<PeerhoodError | undefined> {
    return this.#admission.check(metadata, { metadata: previous });
  }

  /** Both are connected: nothing is waited for any more. */
  succeeded(): void {
    this.#stopTimer();
  }

  end(): void {
    this.#over = true;
    this.#stopTimer();
    this.#admission.end();
  }

  async #admit(metadata: unknown): Promise<void> {
    this.#introduced = true;
    this.#restartTimer();
    const refusal = await this.#admission.check(metadata);
    if (this.#over) return;
    const { push, onAdmitted, onRefusing, onRefused } = this.#options;
    if (refusal !== undefined) {
      push({ t: "refuse" });
      return onRefusing(refusal);
    }
    this.#admitted = true;
    this.#restartTimer();
    push({ t: "accept" });
    onAdmitted(metadata);
    if (this.#refused && !this.#over) onRefused();
  }

  /** A member that is never heard ends without a sound. */
  #restartTimer(): void {
    const { clock, timeoutMs, verifyTimeoutMs, onTimeout } = this.#options;
    this.#stopTimer();
    const deciding = this.#introduced && !this.#admitted;
    const stepMs = deciding ? timeoutMs + verifyTimeoutMs : timeoutMs;
    this.#timer = clock.setTimeout(() => onTimeout(stepMs), stepMs);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

const MEETING_MESSAGES = new Set(["intro", "accept", "refuse", "verify"]);

export function isMeetingMessage(message: { readonly t: string }): message is MeetingMessage {
  return MEETING_MESSAGES.has(message.t);
}
