import { randomInt } from "node:crypto";
import type { Codec } from "../codecs/codec.js";
import { payloadBytes, writeHeader } from "../rtp/rtp-packet.js";
import type { SenderReport } from "../rtp/rtcp-write.js";
import { timestampDistance } from "../rtp/sequence-number.js";
import type { SourceFrame } from "../track/frame-source.js";
import { PacketHistory } from "./packet-history.js";

export interface RtpSenderParts {
  readonly ssrc: number;
  readonly now: () => number;
  /** Another sender of the same frame writes its own header over this one: what is to be kept is to be copied. */
  readonly send: (packet: Buffer) => void;
}

/** A frame of another source, or of the same one after a pause, follows at least this far behind the last. */
const LEAST_STEP_MS = 1;
/** A source whose timestamps jump by more than that begins anew. */
const MAX_STEP_MS = 10_000;

/** One RTP stream: numbers and timestamps go on without a jump, whatever sources its frames come from. */
export class RtpSender {
  readonly #parts: RtpSenderParts;
  /** Of video. */
  #history: PacketHistory | undefined;
  #sequenceNumber = randomInt(0x8000);
  /** Added to the source's timestamps; `undefined`: to be chosen with its first frame. */
  #offset: number | undefined;
  #last: { readonly timestamp: number; readonly captureMs: number; readonly clockRate: number } | undefined;
  #packets = 0;
  #bytes = 0;

  constructor(parts: RtpSenderParts) {
    this.#parts = parts;
  }

  /** The next frame comes from another source. */
  sourceChanged(): void {
    this.#offset = undefined;
  }

  sendFrame({ frame, codec, captureMs, packets }: SourceFrame, payloadType: number): void {
    const { ssrc, now, send } = this.#parts;
    const timestamp = this.#timestamp(frame.timestamp, codec, captureMs);
    const nowMs = now();
    const isVideo = codec.kind === "video";
    const all = packets();
    const history = isVideo ? (this.#history ??= new PacketHistory(ssrc)) : undefined;
    for (const [index, packet] of all.entries()) {
      const sequenceNumber = this.#sequenceNumber;
      this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
      // RFC 7587 section 4.2 has no markers without silence suppression; video marks the end of a frame.
      const marker = isVideo && index === all.length - 1;
      const header = { payloadType, marker, sequenceNumber, timestamp, ssrc };
      history?.add(header, packet, nowMs);
      this.#packets++;
      this.#bytes += payloadBytes(packet);
      writeHeader(packet, header);
      send(packet);
    }
  }

  resend(sequenceNumbers: readonly number[]): void {
    for (const sequenceNumber of sequenceNumbers) {
      const sent = this.#history?.take(sequenceNumber, this.#parts.now());
      if (!sent) continue;
      writeHeader(sent.packet, sent.header);
      this.#parts.send(sent.packet);
    }
  }

  /** `undefined` before the first frame. `unixMs` is what `nowMs` is on the clock that all tracks share. */
  report(nowMs: number, unixMs: number): SenderReport | undefined {
    if (!this.#last) return undefined;
    const { timestamp, captureMs, clockRate } = this.#last;
    return {
      ssrc: this.#parts.ssrc,
      unixMs,
      timestamp: (timestamp + Math.round(((nowMs - captureMs) * clockRate) / 1_000)) >>> 0,
      packets: this.#packets,
      bytes: this.#bytes >>> 0,
    };
  }

  #timestamp(timestamp: number, { clockRate }: Codec, captureMs: number): number {
    const last = this.#last;
    if (this.#offset !== undefined && last) {
      const step = timestampDistance((timestamp + this.#offset) >>> 0, last.timestamp);
      if (Math.abs(step) > (MAX_STEP_MS * clockRate) / 1_000) this.#offset = undefined;
    }
    if (this.#offset === undefined) {
      const sinceMs = last ? Math.max(LEAST_STEP_MS, captureMs - last.captureMs) : 0;
      const begin = last ? last.timestamp + Math.round((sinceMs * clockRate) / 1_000) : randomInt(2 ** 31);
      this.#offset = begin - timestamp;
    }
    const sent = (timestamp + this.#offset) >>> 0;
    this.#last = { timestamp: sent, captureMs, clockRate };
    return sent;
  }
}
