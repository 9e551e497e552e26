import { HISTORY_PACKETS, RESEND_INTERVAL_MS } from "../constants.js";
import type { RtpHeader } from "../rtp/rtp-packet.js";

interface Sent {
  header: RtpHeader;
  payload: Uint8Array;
  atMs: number;
}

/**
 * The last packets of a track, for receivers that miss some. In parts: payloads are the same for all that a track is
 * sent to, and copies that are kept for seconds would be most of what a relay's garbage collector has to do.
 */
export class PacketHistory {
  readonly #sent: (Sent | undefined)[] = [];

  add(header: RtpHeader, payload: Uint8Array, nowMs: number): void {
    const place = header.sequenceNumber % HISTORY_PACKETS;
    const sent = this.#sent[place];
    if (sent) {
      sent.header = header;
      sent.payload = payload;
      sent.atMs = nowMs;
    } else this.#sent[place] = { header, payload, atMs: nowMs };
  }

  /** `undefined`: too old, or sent a moment ago, so that it may be on its way. */
  take(sequenceNumber: number, nowMs: number): Readonly<Sent> | undefined {
    const sent = this.#sent[sequenceNumber % HISTORY_PACKETS];
    if (sent?.header.sequenceNumber !== sequenceNumber || nowMs - sent.atMs < RESEND_INTERVAL_MS) return undefined;
    sent.atMs = nowMs;
    return sent;
  }
}
