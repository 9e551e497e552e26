import type { IceServer } from "../adapter.js";
import { toPeerhoodError, type PeerhoodError } from "../errors.js";
import { MAX_DIALS } from "./constants.js";
import type { Goodbye } from "./ending.js";
import { Link, type LinkOptions } from "./link.js";
import type { NegotiationMessage } from "./messages.js";

export interface DialerOptions extends Omit<LinkOptions, "epoch" | "iceServers" | "onUp" | "onDown"> {
  readonly iceServers: () => Promise<readonly IceServer[]>;
  /** The control channel works; `maxFrameBytes` as for {@link LinkOptions.onUp}. */
  readonly onUp: (link: Link, maxFrameBytes: number) => void;
  /** The connection that was up is lost, or none could be made. Called once at most, and not after `close`. */
  readonly onDown: (error: PeerhoodError) => void;
}

/**
 * Brings up the connection of a session. An attempt that fails for a passing reason is followed by another at once,
 * numbered by its epoch, for as long as the session has not been connected: whichever side notices first begins it,
 * and the other follows. How long all attempts may take together is for the session to say.
 */
export class Dialer {
  readonly #options: DialerOptions;
  #link: Link | undefined;
  #epoch = 1;
  #iceServers: readonly IceServer[] = [];
  #isUp = false;
  #over = false;
  readonly #closing: Promise<void>[] = [];

  constructor(options: DialerOptions) {
    this.#options = options;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  async start(): Promise<void> {
    try {
      this.#iceServers = await this.#options.iceServers();
    } catch (error) {
      return this.#down(toPeerhoodError(error, "CONNECTION_FAILED", "The ICE servers are unknown; see cause."));
    }
    if (!this.#over) this.#dial(1);
  }

  /** Takes a message of the other side's; one of a later epoch begins that attempt here, too. */
  receive(message: NegotiationMessage): void {
    if (this.#over || this.#link === undefined) return;
    if (this.#isUp || message.e === this.#epoch) {
      // A fresh attempt offers by itself.
      if (this.#isUp || message.t !== "negotiate") this.#link.receive(message);
    } else if (Number.isInteger(message.e) && message.e > this.#epoch && message.e <= MAX_DIALS) {
      this.#dial(message.e);
      if (message.t !== "negotiate") this.#link.receive(message);
    }
  }

  /** Idempotent; resolves when no native handle of any attempt is left. The reason is the goodbye, if there is one. */
  async close(goodbye?: Goodbye): Promise<void> {
    this.#over = true;
    await Promise.all([this.#link?.close(goodbye), ...this.#closing]);
  }

  #dial(epoch: number): void {
    if (this.#link !== undefined) this.#closing.push(this.#link.close());
    this.#epoch = epoch;
    const { onUp, ...options } = this.#options;
    try {
      const link: Link = new Link({
        ...options,
        iceServers: this.#iceServers,
        epoch,
        onUp: (maxFrameBytes) => {
          this.#isUp = true;
          onUp(link, maxFrameBytes);
        },
        onDown: (error) => this.#onDown(error),
      });
      this.#link = link;
    } catch (error) {
      this.#down(toPeerhoodError(error, "CONNECTION_FAILED", "The connection could not be made; see cause."));
    }
  }

  #onDown(error: PeerhoodError): void {
    if (this.#over) return;
    if (this.#isUp || !error.retryable || this.#epoch >= MAX_DIALS) return this.#down(error);
    const { offering, send, logger } = this.#options;
    logger.debug(`Attempt ${this.#epoch} to connect failed, the next begins: ${error.message}`);
    this.#dial(this.#epoch + 1);
    if (!offering) send({ t: "negotiate", e: this.#epoch });
  }

  #down(error: PeerhoodError): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.onDown(error);
  }
}
