import { randomBytes, randomInt } from "node:crypto";
import type { Clock, Logger, TimerHandle } from "@peerhood/core";
import {
  GAP_INTERVAL_MS,
  MAX_LEARNED_SOURCES,
  MAX_VIDEO_BITRATE,
  NTP_EPOCH_OFFSET_S,
  REPORT_INTERVAL_MS,
} from "./constants.js";
import { RemoteClock } from "./receive/remote-clock.js";
import type { ReceiverHost } from "./receive/rtp-receiver.js";
import { readRtcp, type RtcpMessage } from "./rtp/rtcp-read.js";
import {
  writeGoodbye,
  writeMaxBitrate,
  writeNack,
  writePictureLoss,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
  type ReportBlock,
} from "./rtp/rtcp-write.js";
import { isRtcp, readExtension, readRtp, type RtpPacket } from "./rtp/rtp-packet.js";
import type { Section } from "./section.js";
import type { NodeMediaSender } from "./send/node-media-sender.js";

export interface RtpSessionParts {
  readonly logger: Logger;
  readonly clock: Clock;
  /** What `clock.now()` of 0 is in milliseconds since 1970. */
  readonly originMs: number;
  readonly send: (packet: Buffer) => void;
}

/** Report blocks in one packet (RFC 3550, section 6.4.1). */
const MAX_BLOCKS = 31;

/** The packets of all sections of one connection: which belongs to which, and what is said about them. */
export class RtpSession implements ReceiverHost {
  readonly logger: Logger;
  readonly clock = new RemoteClock();
  /** RFC 8834 section 4.9: one name for all of our sources, so that the remote keeps them in step. */
  readonly cname = randomBytes(9).toString("base64url");
  readonly #parts: RtpSessionParts;
  readonly #ssrc = randomInt(1, 2 ** 32 - 1);
  #sections: readonly Section[] = [];
  readonly #receivers = new Map<number, Section>();
  readonly #senders = new Map<number, NodeMediaSender>();
  #learned = 0;
  #roundTripMs = 100;
  #reportTimer: TimerHandle | undefined;
  #tickTimer: TimerHandle | undefined;
  #closed = false;

  constructor(parts: RtpSessionParts) {
    this.#parts = parts;
    this.logger = parts.logger;
  }

  now(): number {
    return this.#parts.clock.now();
  }

  get packets(): { readonly known: number; readonly lost: number } {
    let [known, lost] = [0, 0];
    for (const { receiver } of this.#sections) {
      known += receiver.packets.known;
      lost += receiver.packets.lost;
    }
    return { known, lost };
  }

  addSender(sender: NodeMediaSender): void {
    this.#senders.set(sender.ssrc, sender);
  }

  /** After each negotiation. */
  setSections(sections: readonly Section[]): void {
    this.#sections = sections;
    this.#receivers.clear();
    this.#learned = 0;
    for (const section of sections) {
      if (section.receives) for (const ssrc of section.ssrcs) this.#receivers.set(ssrc, section);
    }
    if (sections.length > 0 && !this.#closed) this.#reportTimer ??= this.#reportLater();
  }

  receive(bytes: Buffer): void {
    if (this.#closed) return;
    if (isRtcp(bytes)) {
      for (const message of readRtcp(bytes)) this.#understand(message);
      return;
    }
    const packet = readRtp(bytes);
    if (packet) (this.#receivers.get(packet.ssrc) ?? this.#learn(packet))?.receiver.receive(packet);
  }

  nack(ssrc: number, sequenceNumbers: readonly number[]): void {
    this.#send(writeNack(this.#ssrc, ssrc, sequenceNumbers));
  }

  pictureLoss(ssrc: number): void {
    this.#send(writePictureLoss(this.#ssrc, ssrc));
  }

  needsTicks(): void {
    this.#tickTimer ??= this.#later(GAP_INTERVAL_MS, this.#tick);
  }

  inUse(inUse: boolean): void {
    // Do not let the first frames wait for the next report: before one, a browser sends a few kilobits.
    const maxBitrate = inUse ? this.#maxBitrate() : undefined;
    if (maxBitrate) this.#send(maxBitrate);
  }

  close(): void {
    if (this.#closed) return;
    for (const { sender } of this.#sections) if (sender) this.#send(writeGoodbye(sender.ssrc));
    this.#closed = true;
    this.#parts.clock.clearTimeout(this.#reportTimer);
    this.#parts.clock.clearTimeout(this.#tickTimer);
    for (const section of this.#sections) section.receiver.end();
    for (const sender of this.#senders.values()) sender.close();
  }

  /** RFC 9143 section 9.2: a source that no description names may name its section itself. */
  #learn(packet: RtpPacket): Section | undefined {
    if (this.#learned >= MAX_LEARNED_SOURCES) return undefined;
    const section = this.#sections.find(
      ({ mid, receives, midExtension }) =>
        receives && midExtension !== undefined && readExtension(packet, midExtension) === mid,
    );
    if (!section) return undefined;
    this.#learned++;
    this.#receivers.set(packet.ssrc, section);
    return section;
  }

  #understand(message: RtcpMessage): void {
    switch (message.type) {
      case "sender-report":
        this.clock.report(message.ntpMs, this.now());
        this.#receivers.get(message.ssrc)?.receiver.senderReport(message.ntpMs, message.ntpMiddle, message.timestamp);
        return;
      case "report-block":
        if (this.#senders.has(message.ssrc) && message.lastReport !== 0) {
          const middle = (((this.#unixMs() / 1_000 + NTP_EPOCH_OFFSET_S) * 65_536) % 2 ** 32) >>> 0;
          const units = (middle - message.lastReport - message.delaySinceLastReport) | 0;
          this.#roundTripMs = Math.max(0, (units * 1_000) / 65_536);
        }
        return;
      case "nack":
        this.#senders.get(message.ssrc)?.rtp.resend(message.sequenceNumbers);
        return;
      case "key-frame-request":
        this.#senders.get(message.ssrc)?.requestKeyFrame();
        return;
      case "bye":
        this.#receivers.get(message.ssrc)?.receiver.mute();
    }
  }

  readonly #report = (): void => {
    this.#reportTimer = this.#reportLater();
    const blocks: ReportBlock[] = [];
    for (const { receiver, receives } of this.#sections) {
      const block = receives ? receiver.report() : undefined;
      if (block && blocks.length < MAX_BLOCKS) blocks.push(block);
    }
    for (const { sender } of this.#sections) {
      const report = sender?.rtp.report(this.now(), this.#unixMs());
      if (!sender || !report) continue;
      this.#send(Buffer.concat([writeSenderReport(report), writeSourceDescription(sender.ssrc, this.cname)]));
    }
    if (blocks.length === 0) return;
    const parts = [writeReceiverReport(this.#ssrc, blocks), writeSourceDescription(this.#ssrc, this.cname)];
    const maxBitrate = this.#maxBitrate();
    // One packet (RFC 3550, section 6.1): each costs its receiver a wake-up.
    this.#send(Buffer.concat(maxBitrate === undefined ? parts : [...parts, maxBitrate]));
  };

  #maxBitrate(): Buffer | undefined {
    const sources = this.#sections.flatMap(({ kind, receives, receiver: { ssrc } }) =>
      kind === "video" && receives && ssrc !== undefined ? [ssrc] : [],
    );
    if (sources.length === 0) return undefined;
    return writeMaxBitrate(this.#ssrc, MAX_VIDEO_BITRATE * sources.length, sources);
  }

  readonly #tick = (): void => {
    this.#tickTimer = undefined;
    let more = false;
    for (const { receiver } of this.#sections) if (receiver.tick(this.#roundTripMs)) more = true;
    if (more) this.needsTicks();
  };

  #unixMs(): number {
    return this.#parts.originMs + this.now();
  }

  #send(packet: Buffer): void {
    if (!this.#closed) this.#parts.send(packet);
  }

  /** All connections of a process in the same moment: to wake it up costs as much as a report. */
  #reportLater(): TimerHandle {
    return this.#later(REPORT_INTERVAL_MS - (this.now() % REPORT_INTERVAL_MS), this.#report);
  }

  #later(delayMs: number, call: () => void): TimerHandle {
    return this.#parts.clock.setTimeout(call, delayMs);
  }
}
