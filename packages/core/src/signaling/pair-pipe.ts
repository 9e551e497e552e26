import type { Clock, TimerHandle } from "../util/clock.js";
import {
  ACK_DELAY_MS,
  LINGER_MS,
  MAX_DATAGRAM_BYTES,
  MAX_REORDERED,
  MAX_UNACKNOWLEDGED,
  RETRANSMIT_MAX_MS,
  RETRANSMIT_MIN_MS,
  RETRANSMIT_QUICK_MS,
} from "./constants.js";

const encoder = new TextEncoder();

/** The part of a datagram that the pipe fills in and reads. */
export interface PipeSegment {
  readonly ack: number;
  readonly first: number;
  readonly messages: readonly unknown[];
}

export interface PairPipeOptions {
  readonly clock: Clock;
  /** Sends a segment; it may be lost, doubled, late or out of order. */
  readonly transmit: (segment: PipeSegment) => void;
  /** A message of the other side: each once, in the order in which they were pushed. */
  readonly onMessage: (message: unknown) => void;
  /** Nothing more will be transmitted. Called once. */
  readonly onClosed: () => void;
}

interface Pending {
  readonly message: unknown;
  readonly bytes: number;
}

/**
 * Messages between two members, exactly once and in order, over a driver that promises neither. Cumulative
 * acknowledgements, retransmission with backoff; messages pushed in one turn travel together. Everything above it
 * can be written as if signaling were reliable.
 */
export class PairPipe {
  readonly #options: PairPipeOptions;
  #unacknowledged: Pending[] = [];
  /** Number of the first of `#unacknowledged`. */
  #base = 0;
  /** How many of them have been transmitted at least once. */
  #transmitted = 0;
  #expected = 0;
  readonly #reordered = new Map<number, unknown>();
  #flushing = false;
  #ackTimer: TimerHandle | undefined;
  #retransmitTimer: TimerHandle | undefined;
  #retransmitMs = RETRANSMIT_MIN_MS;
  #lingerTimer: TimerHandle | undefined;
  #state: "open" | "finishing" | "closed" = "open";

  constructor(options: PairPipeOptions) {
    this.#options = options;
  }

  /** Queues a message. A side that has not acknowledged for long is not fed without end: the message is dropped. */
  push(message: unknown): void {
    if (this.#state !== "open" || this.#unacknowledged.length >= MAX_UNACKNOWLEDGED) return;
    this.#unacknowledged.push({ message, bytes: encoder.encode(JSON.stringify(message)).length });
    this.#flushSoon();
  }

  receive(segment: PipeSegment): void {
    if (this.#state === "closed") return;
    this.#acknowledged(segment.ack);
    // It can be reached again, after a while in which it could not: it need not wait for the next retransmission.
    if (this.#retransmitMs > RETRANSMIT_QUICK_MS) this.repeat();
    if (segment.messages.length === 0) return;
    segment.messages.forEach((message, index) => {
      const number = segment.first + index;
      if (number >= this.#expected && number < this.#expected + MAX_REORDERED) this.#reordered.set(number, message);
    });
    this.#ackTimer ??= this.#options.clock.setTimeout(() => this.#transmitNew(), ACK_DELAY_MS);
    while (this.#reordered.has(this.#expected)) {
      const message = this.#reordered.get(this.#expected);
      this.#reordered.delete(this.#expected++);
      if (this.#state === "open") this.#options.onMessage(message);
    }
  }

  /** What is not acknowledged goes out at once: what carries it was away. */
  repeat(): void {
    if (this.#state === "closed" || this.#unacknowledged.length === 0) return;
    this.#retransmitMs = RETRANSMIT_MIN_MS;
    this.#transmit(0);
    this.#transmitted = this.#unacknowledged.length;
    this.#restartRetransmission();
  }

  /** Takes no more messages, and closes once all of them are acknowledged, or after a while. */
  finish(): void {
    if (this.#state !== "open") return;
    this.#state = "finishing";
    if (this.#unacknowledged.length === 0) return this.close();
    this.#lingerTimer = this.#options.clock.setTimeout(() => this.close(), LINGER_MS);
  }

  /** Stops at once. Idempotent. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#unacknowledged = [];
    this.#reordered.clear();
    for (const timer of [this.#ackTimer, this.#retransmitTimer, this.#lingerTimer]) {
      if (timer !== undefined) this.#options.clock.clearTimeout(timer);
    }
    this.#options.onClosed();
  }

  #acknowledged(ack: number): void {
    const count = Math.min(ack - this.#base, this.#transmitted);
    if (count <= 0) return;
    this.#unacknowledged.splice(0, count);
    this.#base += count;
    this.#transmitted -= count;
    this.#retransmitMs = RETRANSMIT_MIN_MS;
    this.#restartRetransmission();
    if (this.#state === "finishing" && this.#unacknowledged.length === 0) this.close();
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (this.#state !== "closed") this.#transmitNew();
    });
  }

  #transmitNew(): void {
    this.#transmit(this.#transmitted);
    this.#transmitted = this.#unacknowledged.length;
    if (this.#retransmitTimer === undefined) this.#restartRetransmission();
  }

  /** All from index `from` on, in as few datagrams as they fit in; one without messages is a bare acknowledgement. */
  #transmit(from: number): void {
    if (this.#ackTimer !== undefined) this.#options.clock.clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    let start = from;
    do {
      let end = start;
      let bytes = 0;
      while (end < this.#unacknowledged.length) {
        bytes += this.#unacknowledged[end]?.bytes ?? 0;
        if (bytes > MAX_DATAGRAM_BYTES && end > start) break;
        end++;
      }
      const messages = this.#unacknowledged.slice(start, end).map((pending) => pending.message);
      this.#options.transmit({ ack: this.#expected, first: this.#base + start, messages });
      start = end;
    } while (start < this.#unacknowledged.length);
  }

  #restartRetransmission(): void {
    const { clock } = this.#options;
    if (this.#retransmitTimer !== undefined) clock.clearTimeout(this.#retransmitTimer);
    this.#retransmitTimer = undefined;
    if (this.#unacknowledged.length === 0) return;
    this.#retransmitTimer = clock.setTimeout(() => {
      this.#retransmitTimer = undefined;
      this.#retransmitMs = Math.min(this.#retransmitMs * 1.5, RETRANSMIT_MAX_MS);
      this.#transmit(0);
      this.#transmitted = this.#unacknowledged.length;
      this.#restartRetransmission();
    }, this.#retransmitMs);
  }
}
