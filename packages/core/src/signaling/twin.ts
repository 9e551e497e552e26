import type { Clock, TimerHandle } from "../util/clock.js";
import { RETRANSMIT_MAX_MS, RETRANSMIT_MIN_MS, TWIN_TIMEOUT_MS } from "./constants.js";
import type { PipeSegment } from "./pair-pipe.js";

export interface TwinOptions {
  readonly clock: Clock;
  /** Of the two one decides, so that never both go and never none. */
  readonly decides: boolean;
  /** How long this stay has lasted. */
  readonly ageMs: () => number;
  readonly transmit: (segment: PipeSegment) => void;
  /** The other one came later: this one is to leave. */
  readonly onReplaced: () => void;
}

type TwinMessage = { readonly t: "age"; readonly ms: number } | { readonly t: "replaced" };

/**
 * Another stay in the same room with the same identity, which has shown that it has the key. The one that came later
 * stays. How long each has been there tells which that is, and no clock needs to be right for it: one says how long, as
 * often as need be, the other compares at the time of arrival.
 */
export class Twin {
  readonly #options: TwinOptions;
  #timer: TimerHandle | undefined;
  #repeatMs = RETRANSMIT_MIN_MS;
  readonly #untilMs: number;

  constructor(options: TwinOptions) {
    this.#options = options;
    this.#untilMs = options.clock.now() + TWIN_TIMEOUT_MS;
    this.#tell();
  }

  receive({ messages }: PipeSegment): void {
    const { decides, ageMs, onReplaced } = this.#options;
    // The one that decides repeats itself until the other has met it, too.
    if (decides && messages.length > 0) this.close();
    for (const message of messages as readonly TwinMessage[]) {
      if (decides && message?.t === "age") {
        if (Number(message.ms) > ageMs()) this.#send({ t: "replaced" });
        else onReplaced();
      } else if (!decides && message?.t === "replaced") onReplaced();
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tell(): void {
    const { clock, decides, ageMs } = this.#options;
    if (decides) this.#send();
    else this.#send({ t: "age", ms: ageMs() });
    if (clock.now() > this.#untilMs) return;
    this.#timer = clock.setTimeout(() => this.#tell(), this.#repeatMs);
    this.#repeatMs = Math.min(this.#repeatMs * 1.5, RETRANSMIT_MAX_MS);
  }

  #send(...messages: readonly TwinMessage[]): void {
    this.#options.transmit({ ack: 0, first: 0, messages });
  }
}
