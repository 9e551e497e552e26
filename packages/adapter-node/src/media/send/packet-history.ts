import { HISTORY_PACKETS, RESEND_INTERVAL_MS } from "../constants.js";

interface Sent {
  readonly sequenceNumber: number;
  readonly packet: Buffer;
  atMs: number;
}

/** The last packets of a track, for receivers that miss some. */
export class PacketHistory {
  readonly #sent: (Sent | undefined)[] = [];

  add(sequenceNumber: number, packet: Buffer, nowMs: number): void {
    this.#sent[sequenceNumber % HISTORY_PACKETS] = { sequenceNumber, packet, atMs: nowMs };
  }

  /** `undefined`: too old, or sent a moment ago, so that it may be on its way. */
  take(sequenceNumber: number, nowMs: number): Buffer | undefined {
    const sent = this.#sent[sequenceNumber % HISTORY_PACKETS];
    if (sent?.sequenceNumber !== sequenceNumber || nowMs - sent.atMs < RESEND_INTERVAL_MS) return undefined;
    sent.atMs = nowMs;
    return sent.packet;
  }
}
