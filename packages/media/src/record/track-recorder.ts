import type { EncodedFrame } from "@peerhood/adapter-node";
import { MAX_DRIFT_MS, OPUS_RATE, PACKET_MS } from "../constants.js";
import { opusSamples, SILENT_PACKET } from "../opus/opus-packet.js";
import type { RecordedCodec } from "./recorded-codec.js";
import { TrackTimeline } from "./track-timeline.js";

/** A packet as a container takes it; times in seconds. */
export interface RecordedPacket {
  readonly data: Uint8Array;
  readonly isKey: boolean;
  readonly timestamp: number;
  readonly duration: number;
}

/** The frames of one track as the packets of a file. */
export interface TrackRecorder {
  take(frame: EncodedFrame): RecordedPacket[];
  /** What was held back. */
  end(): RecordedPacket[];
}

export function createRecorder({ kind, clockRate }: RecordedCodec, originMs: number): TrackRecorder {
  const timeline = new TrackTimeline(clockRate, originMs);
  return kind === "audio" ? new AudioRecorder(timeline) : new VideoRecorder(timeline);
}

/**
 * Sound without a gap: packet after packet, each as long as it says, since some containers and many players count
 * packets and not timestamps. What was lost, or never sent, is silence.
 */
class AudioRecorder implements TrackRecorder {
  readonly #timeline: TrackTimeline;
  /** In samples, so that nothing is rounded. */
  #next: number | undefined;

  constructor(timeline: TrackTimeline) {
    this.#timeline = timeline;
  }

  take(frame: EncodedFrame): RecordedPacket[] {
    const data = new Uint8Array(frame.data);
    const samples = opusSamples(data);
    if (samples === 0) return [];
    const wanted = this.#timeline.place(frame.timestamp, frame.getMetadata().captureTime ?? 0) * OPUS_RATE;
    this.#next ??= Math.round(wanted);
    // Time was gained: a packet has no place any more.
    if ((this.#next - wanted) * 1_000 > MAX_DRIFT_MS * OPUS_RATE) return [];
    const silent = (PACKET_MS * OPUS_RATE) / 1_000;
    const packets: RecordedPacket[] = [];
    for (let gaps = Math.round((wanted - this.#next) / silent); gaps > 0; gaps--) {
      packets.push(this.#packet(SILENT_PACKET, silent));
    }
    packets.push(this.#packet(data, samples));
    return packets;
  }

  end(): RecordedPacket[] {
    return [];
  }

  #packet(data: Uint8Array, samples: number): RecordedPacket {
    const at = this.#next ?? 0;
    this.#next = at + samples;
    return { data, isKey: true, timestamp: at / OPUS_RATE, duration: samples / OPUS_RATE };
  }
}

/** Least time between two frames: Matroska counts milliseconds. */
const LEAST_STEP_SECONDS = 0.001;
/** How long a frame is shown that no other follows. */
const LAST_FRAME_SECONDS = 1 / 30;

/** Holds back one frame: it lasts until the next. */
class VideoRecorder implements TrackRecorder {
  readonly #timeline: TrackTimeline;
  #held: RecordedPacket | undefined;

  constructor(timeline: TrackTimeline) {
    this.#timeline = timeline;
  }

  take(frame: EncodedFrame): RecordedPacket[] {
    const placed = this.#timeline.place(frame.timestamp, frame.getMetadata().captureTime ?? 0);
    const held = this.#held;
    const timestamp = held ? Math.max(placed, held.timestamp + LEAST_STEP_SECONDS) : placed;
    const data = new Uint8Array(frame.data);
    this.#held = { data, isKey: frame.type === "key", timestamp, duration: LAST_FRAME_SECONDS };
    return held ? [{ ...held, duration: timestamp - held.timestamp }] : [];
  }

  end(): RecordedPacket[] {
    return this.#held ? [this.#held] : [];
  }
}
