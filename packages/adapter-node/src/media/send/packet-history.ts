import { HISTORY_PACKETS, RESEND_INTERVAL_MS } from "../constants.js";
import type { RtpHeader } from "../rtp/rtp-packet.js";

interface Sent {
  header: RtpHeader;
  packet: Buffer;
  atMs: number;
}

/**
 * The last packets of a track, for receivers that miss some. Packets are the same for all that a track is sent to, but
 * for their headers, which are kept here: copies that live for seconds would be most of what a relay's garbage collector
 * has to do.
 */
export class PacketHistory {
  readonly #sent: (Sent | undefined)[] = [];

  add(header: RtpHeader, packet: Buffer, nowMs: number): void {
    const place = header.sequenceNumber % HISTORY_PACKETS;
    const sent = this.#sent[place];
    if (sent) {
      sent.header = header;
      sent.packet = packet;
      sent.atMs = nowMs;
    } else this.#sent[place] = { header, packet, atMs: nowMs };
  }

  /** `undefined`: too old, or sent a moment ago, so that it may be on its way. */
  take(sequenceNumber: number, nowMs: number): Readonly<Sent> | undefined {
    const sent = this.#sent[sequenceNumber % HISTORY_PACKETS];
    if (sent?.header.sequenceNumber !== sequenceNumber || nowMs - sent.atMs < RESEND_INTERVAL_MS) return undefined;
    sent.atMs = nowMs;
    return sent;
  }
}
