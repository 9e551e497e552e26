import type { NodeMediaStreamTrack } from "@peerhood/adapter-node";
import type { EncodedPacket } from "mediabunny";
import { MAX_ROUNDING_MS, OPUS_RATE } from "../constants.js";
import { opusSamples } from "../opus/opus-packet.js";
import type { FileTrack } from "./open-file.js";
import type { PlaybackTimeline } from "./playback-timeline.js";

/** Moves the packets of one track of a file to a track of a stream, each when it is due. */
export class TrackPump {
  readonly #from: FileTrack;
  readonly #to: NodeMediaStreamTrack;
  readonly #timeline: PlaybackTimeline;
  /** A packet's timestamp, and the RTP timestamp that it had; anew whenever the timeline was moved. */
  #anchor: { readonly epoch: number; readonly seconds: number; readonly rtp: number } | undefined;
  /** Where the packet after the last one begins, by what the last one says of its length; in seconds. */
  #expected: number | undefined;

  constructor(from: FileTrack, to: NodeMediaStreamTrack, timeline: PlaybackTimeline) {
    this.#from = from;
    this.#to = to;
    this.#timeline = timeline;
  }

  /** Resolves when the last packet has been sent, with the second at which it ends. */
  async run(start: EncodedPacket | undefined, signal: AbortSignal): Promise<number> {
    this.#expected = undefined;
    let end = 0;
    for await (const packet of this.#from.packets.packets(start)) {
      const seconds = this.#smooth(packet);
      await this.#timeline.reach(seconds, signal);
      if (signal.aborted) break;
      this.#send(packet, seconds);
      end = this.#expected ?? seconds + packet.duration;
    }
    return end;
  }

  #send(packet: EncodedPacket, seconds: number): void {
    const { kind, clockRate, toFrame } = this.#from;
    const { epoch } = this.#timeline;
    // RTP's clock goes on while nothing is sent (RFC 3550, section 5.1): a pause is a step of its length.
    if (this.#anchor?.epoch !== epoch) {
      this.#anchor = { epoch, seconds, rtp: Math.round((this.#timeline.dueMs(seconds) * clockRate) / 1_000) };
    }
    const { rtp, seconds: since } = this.#anchor;
    this.#to.writeFrame({
      data: toFrame(packet),
      timestamp: rtp + Math.round((seconds - since) * clockRate),
      type: kind === "audio" || packet.type === "key" ? "key" : "delta",
      captureTime: this.#timeline.dueMs(seconds),
    });
  }

  #smooth({ timestamp, data }: EncodedPacket): number {
    if (this.#from.kind === "video") return timestamp;
    const rounding = Math.abs(timestamp - (this.#expected ?? timestamp)) * 1_000;
    const seconds = rounding <= MAX_ROUNDING_MS ? (this.#expected ?? timestamp) : timestamp;
    this.#expected = seconds + opusSamples(data) / OPUS_RATE;
    return seconds;
  }
}
