import type { Clock } from "@peerhood/core";
import type { Chunk } from "./chunk.js";
import {
  FAST_RETRANSMIT_MIN_MS,
  PACKET_BYTES,
  PACKET_OVERHEAD_BYTES,
  RETRANSMIT_MAX_MS,
  RETRANSMIT_MS,
} from "./constants.js";
import type { Receipt } from "./ice-agent.js";

export interface Outgoing {
  readonly chunk: Chunk;
  /** Payload. */
  readonly bytes: number;
  /** How often lost packets of it are sent again. */
  readonly maxRetransmits: number;
  /** When it is given up. */
  readonly expiresAtMs: number;
  /** It has left the queue for the network. */
  readonly onHandedOver?: () => void;
  /** It arrived, or was given up. */
  readonly onSettled?: (arrived: boolean) => void;
}

export interface AssociationOptions {
  readonly clock: Clock;
  readonly windowBytes: number;
  readonly roundTripMs: () => number;
  readonly transmit: (chunk: Chunk, bytes: number, receipt: Receipt) => void;
}

/**
 * SCTP as one queue per connection and a fixed window of bytes that are not acknowledged. Lost packets come again
 * after a round trip, and when lost again after the retransmission timer; there is no congestion control.
 */
export class Association {
  readonly #options: AssociationOptions;
  readonly #timers = new Set<unknown>();
  #queue: Outgoing[] = [];
  /** Index of the queue's first: shifting a long array costs its length. */
  #first = 0;
  #unacknowledgedBytes = 0;
  #pumping = false;
  #stopped = false;

  constructor(options: AssociationOptions) {
    this.#options = options;
  }

  /** Nothing is queued, and nothing on its way. */
  get idle(): boolean {
    return this.#unacknowledgedBytes === 0 && this.#first === this.#queue.length;
  }

  /** Reliable, for everything but messages. */
  control(chunk: Chunk): void {
    this.send({
      chunk,
      bytes: 0,
      maxRetransmits: Number.POSITIVE_INFINITY,
      expiresAtMs: Number.POSITIVE_INFINITY,
    });
  }

  /** Queues it; it leaves in a later task, as `bufferedAmount` of W3C wants it. */
  send(outgoing: Outgoing): void {
    if (this.#stopped) return;
    this.#queue.push(outgoing);
    if (this.#pumping) return;
    this.#pumping = true;
    this.#later(0, () => {
      this.#pumping = false;
      this.#pump();
    });
  }

  /** Drops everything. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
    this.#timers.clear();
    this.#queue = [];
    this.#first = 0;
    this.#unacknowledgedBytes = 0;
  }

  #pump(): void {
    while (this.#unacknowledgedBytes < this.#options.windowBytes) {
      const outgoing = this.#queue[this.#first];
      if (outgoing === undefined) break;
      this.#first++;
      outgoing.onHandedOver?.();
      if (this.#stopped) return;
      if (this.#isExpired(outgoing)) {
        outgoing.onSettled?.(false);
        continue;
      }
      this.#unacknowledgedBytes += outgoing.bytes;
      this.#transmit(outgoing, Math.max(1, Math.ceil(outgoing.bytes / PACKET_BYTES)), 0);
    }
    if (this.#first > this.#queue.length / 2) {
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
  }

  #transmit(outgoing: Outgoing, packets: number, retransmits: number): void {
    if (retransmits > outgoing.maxRetransmits || this.#isExpired(outgoing)) return this.#settle(outgoing, false);
    const payloadBytes = Math.min(outgoing.bytes, packets * PACKET_BYTES);
    this.#options.transmit(outgoing.chunk, payloadBytes + packets * PACKET_OVERHEAD_BYTES, {
      packets,
      // The acknowledgement takes half a round trip; that it may be lost is left out, since the next one makes up for it.
      onTaken: () => this.#later(this.#options.roundTripMs() / 2, () => this.#settle(outgoing, true)),
      onLoss: (lost) =>
        this.#later(this.#retransmitDelayMs(retransmits), () => this.#transmit(outgoing, lost, retransmits + 1)),
    });
  }

  #isExpired({ expiresAtMs }: Outgoing): boolean {
    return this.#options.clock.now() > expiresAtMs;
  }

  #retransmitDelayMs(retransmits: number): number {
    if (retransmits === 0) return Math.max(FAST_RETRANSMIT_MIN_MS, this.#options.roundTripMs());
    return Math.min(RETRANSMIT_MS * 2 ** (retransmits - 1), RETRANSMIT_MAX_MS);
  }

  #settle(outgoing: Outgoing, arrived: boolean): void {
    if (this.#stopped) return;
    this.#unacknowledgedBytes -= outgoing.bytes;
    outgoing.onSettled?.(arrived);
    this.#pump();
  }

  #later(delayMs: number, task: () => void): void {
    if (this.#stopped) return;
    const timer = this.#options.clock.setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, delayMs);
    this.#timers.add(timer);
  }
}
