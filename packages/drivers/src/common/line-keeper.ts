import { isPeerhoodError, type PeerhoodError } from "@peerhood/core";
import { ATTEMPT_MS, CALM_PAUSE_MS, EAGER_PAUSE_MS, FIRST_PAUSE_MS } from "./constants.js";
import type { Line, LineEvents, OpenLine } from "./line.js";

/** How much a line is needed: not at all, for messages that may come, or by somebody who waits. */
export type Demand = "none" | "calm" | "eager";

export interface KeeperEvents {
  up(line: Line): void;
  down(): void;
  message(topic: string, data: Uint8Array): void;
  error(error: unknown): void;
  /** No other attempt is made. */
  refused(error: PeerhoodError): void;
}

const FINAL = new Set(["DRIVER_REFUSED", "PACKAGE_MISSING", "INVALID_ARGUMENT"]);

/** Keeps one line open for as long as there is demand: attempts, pauses between them, and another when it is lost. */
export class LineKeeper {
  readonly #open: OpenLine;
  readonly #events: KeeperEvents;
  #demand: Demand = "none";
  #line: Line | undefined;
  #attempt: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  /** Why the last attempt failed or the last line ended. */
  lastError: unknown;

  constructor(open: OpenLine, events: KeeperEvents) {
    this.#open = open;
    this.#events = events;
  }

  demand(demand: Demand): void {
    const hurry = demand === "eager" && this.#demand !== "eager";
    this.#demand = demand;
    if (demand === "none") this.#stop();
    else if (this.#attempt === undefined && this.#line === undefined && (hurry || this.#timer === undefined)) {
      this.#pauseMs = FIRST_PAUSE_MS;
      void this.#connect();
    }
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    this.#demand = "none";
    this.#stop();
    await line?.close();
  }

  /** Gives up what is under way; a line that is open stays so. */
  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#line === undefined) this.#attempt?.abort();
    if (this.#line === undefined) this.#attempt = undefined;
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#timer = setTimeout(() => {
      attempt.abort();
      this.#retry(attempt, new Error(`Nobody answered within ${ATTEMPT_MS} ms.`));
    }, ATTEMPT_MS);
    try {
      const line = await this.#open(this.#eventsOf(attempt), attempt.signal);
      // Given up, or over already.
      if (this.#attempt !== attempt) return void (await line.close());
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#line = line;
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#events.up(line);
    } catch (error) {
      this.#retry(attempt, error);
    }
  }

  #eventsOf(attempt: AbortController): LineEvents {
    const ifCurrent =
      <T extends unknown[]>(call: (...values: T) => void) =>
      (...values: T): void => {
        if (this.#attempt === attempt) call(...values);
      };
    return {
      message: ifCurrent((topic: string, data: Uint8Array) => this.#events.message(topic, data)),
      down: ifCurrent(() => this.#events.down()),
      up: ifCurrent(() => this.#line && this.#events.up(this.#line)),
      error: ifCurrent((error: unknown) => this.#events.error(error)),
      ended: (cause) => this.#retry(attempt, cause),
    };
  }

  /** What `attempt` began is over. */
  #retry(attempt: AbortController, error: unknown): void {
    if (this.#attempt !== attempt) return;
    const line = this.#line;
    this.#attempt = undefined;
    this.#line = undefined;
    this.#stop();
    this.lastError = error;
    if (line) {
      line.close().catch(() => {});
      this.#events.down();
    }
    if (isPeerhoodError(error) && FINAL.has(error.code)) return this.#events.refused(error);
    if (this.#demand === "none") return;
    const longestMs = this.#demand === "eager" ? EAGER_PAUSE_MS : CALM_PAUSE_MS;
    const pauseMs = Math.min(this.#pauseMs, longestMs) * (0.5 + Math.random() / 2);
    this.#pauseMs = Math.min(2 * this.#pauseMs, CALM_PAUSE_MS);
    this.#timer = setTimeout(() => void this.#connect(), pauseMs);
  }
}
