import { HISTORY_PACKETS, RESEND_INTERVAL_MS } from "../constants.js";
import type { RtpHeader } from "../rtp/rtp-packet.js";

const MARKER = 0x80;

/**
 * The last packets of a track, for receivers that miss some. Packets are the same for all that a track is sent to, but for
 * their headers, which are kept here: copies that live for seconds would be most of what a relay's garbage collector has
 * to do. For the same reason they are kept in columns, an object for each would live as long.
 */
export class PacketHistory {
  readonly #ssrc: number;
  readonly #packets: (Buffer | undefined)[] = [];
  readonly #sequenceNumbers = new Uint16Array(HISTORY_PACKETS);
  readonly #timestamps = new Uint32Array(HISTORY_PACKETS);
  /** With the marker as on the wire. */
  readonly #payloadTypes = new Uint8Array(HISTORY_PACKETS);
  readonly #sentAt = new Float64Array(HISTORY_PACKETS);

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  add({ sequenceNumber, timestamp, payloadType, marker }: RtpHeader, packet: Buffer, nowMs: number): void {
    const place = sequenceNumber % HISTORY_PACKETS;
    this.#packets[place] = packet;
    this.#sequenceNumbers[place] = sequenceNumber;
    this.#timestamps[place] = timestamp;
    this.#payloadTypes[place] = marker ? MARKER | payloadType : payloadType;
    this.#sentAt[place] = nowMs;
  }

  /** `undefined`: too old, or sent a moment ago, so that it may be on its way. */
  take(sequenceNumber: number, nowMs: number): { readonly header: RtpHeader; readonly packet: Buffer } | undefined {
    const place = sequenceNumber % HISTORY_PACKETS;
    const packet = this.#packets[place];
    if (packet === undefined || this.#sequenceNumbers[place] !== sequenceNumber) return undefined;
    if (nowMs - (this.#sentAt[place] ?? 0) < RESEND_INTERVAL_MS) return undefined;
    this.#sentAt[place] = nowMs;
    const type = this.#payloadTypes[place] ?? 0;
    const header = {
      payloadType: type & ~MARKER,
      marker: (type & MARKER) !== 0,
      sequenceNumber,
      timestamp: this.#timestamps[place] ?? 0,
      ssrc: this.#ssrc,
    };
    return { header, packet };
  }
}
