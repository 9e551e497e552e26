import type { Clock } from "@peerhood/core";
import { HANDSHAKE_REPEAT_MAX_MS, HANDSHAKE_REPEAT_MS } from "./constants.js";

/**
 * The client says the odd steps, the server the even ones. 1 to 4: the flights of DTLS 1.2 (RFC 6347 section 4.2.4);
 * 5 to 8: INIT, INIT ACK, COOKIE ECHO and COOKIE ACK of SCTP (RFC 4960 section 5.1).
 */
const SECURED_STEP = 4;
const LAST_STEP = 8;

export interface HandshakeOptions {
  readonly clock: Clock;
  readonly client: boolean;
  readonly send: (step: number) => void;
  /** DTLS is done. */
  readonly onSecured: () => void;
  /** SCTP is done: channels may open. */
  readonly onDone: () => void;
}

/** DTLS and SCTP as four round trips, each flight repeated until it is answered. */
export class Handshake {
  readonly #options: HandshakeOptions;
  /** The last step said or heard here. */
  #step = 0;
  #repeatMs = HANDSHAKE_REPEAT_MS;
  #timer: unknown;
  #secured = false;
  #done = false;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.client && this.#step === 0) this.#say(1);
  }

  receive(step: number): void {
    const fromClient = step % 2 === 1;
    if (fromClient === this.#options.client) return;
    // Repeated, since the answer was lost.
    if (step === this.#step - 1) return this.#options.send(this.#step);
    if (step !== this.#step + 1) return;
    this.stop();
    this.#step = step;
    this.#repeatMs = HANDSHAKE_REPEAT_MS;
    if (step < LAST_STEP) this.#say(step + 1);
    this.#announce();
  }

  /** Stops repeating; what is heard afterwards is still answered. */
  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #say(step: number): void {
    this.#step = step;
    this.#options.send(step);
    // The last flight is repeated on request only: nothing answers it.
    if (step === LAST_STEP) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#say(step), this.#repeatMs);
    this.#repeatMs = Math.min(2 * this.#repeatMs, HANDSHAKE_REPEAT_MAX_MS);
  }

  #announce(): void {
    if (!this.#secured && this.#step >= SECURED_STEP) {
      this.#secured = true;
      this.#options.onSecured();
    }
    if (!this.#done && this.#step === LAST_STEP) {
      this.#done = true;
      this.#options.onDone();
    }
  }
}
