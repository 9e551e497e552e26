import type { Logger, MediaKind } from "@peerhood/core";
import type { Codec } from "../codecs/codec.js";
import { KEY_FRAME_RETRY_MS } from "../constants.js";
import type { ReportBlock } from "../rtp/rtcp-write.js";
import type { RtpPacket } from "../rtp/rtp-packet.js";
import { SequenceUnwrapper, timestampDistance } from "../rtp/sequence-number.js";
import { CaptureTimeline } from "../track/capture-timeline.js";
import { createFrame } from "../track/encoded-frame.js";
import { FrameSource } from "../track/frame-source.js";
import { createReceivedTrack, type NodeMediaStreamTrack } from "../track/node-media-stream-track.js";
import { JitterBuffer, type WaitingPacket } from "./jitter-buffer.js";
import { MissingPackets } from "./missing-packets.js";
import { ReceptionCounts } from "./reception-counts.js";
import type { RemoteClock } from "./remote-clock.js";

/** What a receiver says to the remote, and what it asks of its connection. */
export interface ReceiverHost {
  readonly logger: Logger;
  readonly clock: RemoteClock;
  now(): number;
  nack(ssrc: number, sequenceNumbers: readonly number[]): void;
  pictureLoss(ssrc: number): void;
  /** `tick` is to be called until it returns false. */
  needsTicks(): void;
  /** Frames are wanted, or none any more. */
  inUse(inUse: boolean): void;
}

/** Frames from the packets of one section. While nobody reads them, packets are only counted. */
export class RtpReceiver {
  readonly kind: MediaKind;
  readonly #host: ReceiverHost;
  readonly #source: FrameSource;
  #track: NodeMediaStreamTrack;
  #codecs: ReadonlyMap<number, Codec> = new Map();
  #ssrc: number | undefined;
  #sequences = new SequenceUnwrapper();
  #counts = new ReceptionCounts();
  #before: { readonly known: number; readonly lost: number } = { known: 0, lost: 0 };
  #missing = new MissingPackets();
  #buffer: JitterBuffer;
  #timeline: CaptureTimeline | undefined;
  #report: { readonly ntpMs: number; readonly timestamp: number } | undefined;
  #inUse = false;
  #ended = false;
  #awaitsKeySinceMs: number | undefined;

  constructor(kind: MediaKind, host: ReceiverHost) {
    this.kind = kind;
    this.#host = host;
    this.#source = new FrameSource(() => host.now(), this.#askForKeyFrame, this.#use);
    this.#track = this.#createTrack();
    this.#buffer = this.#createBuffer();
  }

  /** A track that the application has stopped is made anew, for what the remote sends next. */
  get track(): NodeMediaStreamTrack {
    if (this.#track.readyState === "ended" && !this.#ended) this.#track = this.#createTrack();
    return this.#track;
  }

  get ssrc(): number | undefined {
    return this.#ssrc;
  }

  get inUse(): boolean {
    return this.#inUse;
  }

  setCodecs(codecs: ReadonlyMap<number, Codec>): void {
    this.#codecs = codecs;
  }

  receive(packet: RtpPacket): void {
    const codec = this.#codecs.get(packet.payloadType);
    if (!codec) return;
    if (packet.ssrc !== this.#ssrc) this.#restart(packet.ssrc);
    const now = this.#host.now();
    const sequence = this.#sequences.unwrap(packet.sequenceNumber);
    this.#counts.count(packet, sequence, codec.clockRate, now);
    if (packet.payload.byteLength > 0) this.track.setMuted(false);
    if (!this.#inUse) return;
    if (this.kind === "video" && !this.#missing.arrived(sequence, now)) this.#buffer = this.#createBuffer();
    const { timestamp, marker, payloadType, payload } = packet;
    this.#buffer.push({ sequence, timestamp, marker, payloadType, payload, codec }, now);
    if (this.#buffer.next === undefined) this.#awaitKeyFrame(now);
    if (this.#missing.size > 0 || this.#buffer.waits) this.#host.needsTicks();
  }

  /** Asks again for what is missing. Returns whether there is more to do. */
  tick(roundTripMs: number): boolean {
    const now = this.#host.now();
    this.#buffer.tick(now);
    const due = this.#missing.due(now, roundTripMs, this.#buffer.next ?? Number.POSITIVE_INFINITY);
    if (due.length > 0 && this.#ssrc !== undefined)
      this.#host.nack(
        this.#ssrc,
        due.map((one) => one & 0xffff),
      );
    return this.#inUse && (this.#missing.size > 0 || this.#buffer.waits);
  }

  senderReport(ntpMs: number, ntpMiddle: number, timestamp: number): void {
    this.#report = { ntpMs, timestamp };
    this.#counts.senderReport(ntpMiddle, this.#host.now());
  }

  /** Those of sources before this one included. */
  get packets(): { readonly known: number; readonly lost: number } {
    const { known, lost } = this.#counts.packets;
    return { known: this.#before.known + known, lost: this.#before.lost + lost };
  }

  report(): ReportBlock | undefined {
    return this.#ssrc === undefined ? undefined : this.#counts.report(this.#ssrc, this.#host.now());
  }

  /** The remote sends nothing for the time being. */
  mute(): void {
    this.#track.setMuted(true);
  }

  end(): void {
    this.#ended = true;
    this.#track.end();
  }

  readonly #use = (inUse: boolean): void => {
    this.#inUse = inUse;
    this.#awaitsKeySinceMs = undefined;
    this.#missing = new MissingPackets();
    this.#buffer = this.#createBuffer();
    this.#host.inUse(inUse);
    if (inUse && this.kind === "video") this.#source.requestKeyFrame();
  };

  #restart(ssrc: number): void {
    this.#ssrc = ssrc;
    this.#sequences = new SequenceUnwrapper();
    this.#before = this.packets;
    this.#counts = new ReceptionCounts();
    this.#missing = new MissingPackets();
    this.#buffer = this.#createBuffer();
    this.#report = undefined;
  }

  /** Until it comes, it is asked for again. */
  #awaitKeyFrame(nowMs: number): void {
    if (this.#awaitsKeySinceMs !== undefined && nowMs - this.#awaitsKeySinceMs < KEY_FRAME_RETRY_MS) return;
    this.#awaitsKeySinceMs = nowMs;
    this.#source.requestKeyFrame();
  }

  readonly #askForKeyFrame = (): void => {
    if (this.#ssrc !== undefined && this.kind === "video") this.#host.pictureLoss(this.#ssrc);
  };

  #createTrack(): NodeMediaStreamTrack {
    return createReceivedTrack({ kind: this.kind, source: this.#source, logger: this.#host.logger });
  }

  #createBuffer(): JitterBuffer {
    return new JitterBuffer({
      frame: (packets) => this.#deliver(packets),
      keyFrameNeeded: () => {
        this.#missing.clear();
        this.#awaitKeyFrame(this.#host.now());
      },
    });
  }

  #deliver(packets: readonly WaitingPacket[]): void {
    const [first] = packets;
    if (!first) return;
    this.#awaitsKeySinceMs = undefined;
    const { codec, timestamp, payloadType, sequence } = first;
    const data = codec.depacketize(packets.map(({ payload }) => payload));
    // Whole, and yet no frame: a broken or hostile sender. What follows may build upon it.
    if (!data) return this.#source.requestKeyFrame();
    const now = this.#host.now();
    const captureMs = this.#captureMs(codec, timestamp, now);
    const frame = createFrame(data, codec.isKeyFrame(data) ? "key" : "delta", {
      mimeType: codec.mimeType,
      rtpTimestamp: timestamp,
      payloadType,
      sequenceNumber: sequence & 0xffff,
      receiveTime: now,
      captureTime: captureMs,
      ...(this.#ssrc !== undefined && { synchronizationSource: this.#ssrc }),
    });
    this.#source.deliver(frame, codec, captureMs);
  }

  /** By the remote's clock once it has told it, so that its tracks are in step; by ours until then. */
  #captureMs(codec: Codec, timestamp: number, nowMs: number): number {
    if (this.#report) {
      const sinceMs = (timestampDistance(timestamp, this.#report.timestamp) * 1_000) / codec.clockRate;
      return this.#host.clock.toLocal(this.#report.ntpMs + sinceMs);
    }
    this.#timeline ??= new CaptureTimeline(codec.clockRate);
    return this.#timeline.at(timestamp, nowMs);
  }
}
