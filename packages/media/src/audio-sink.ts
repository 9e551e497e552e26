import type { EncodedFrame, NodeMediaStreamTrack } from "@peerhood/adapter-node";
import type { MediaStreamLike, MediaStreamTrackLike } from "@peerhood/core";
import { LOST_PACKET, opusSamples } from "./opus/opus-packet.js";
import { MAX_CONCEALED_MS, OPUS_RATE, PACKET_SAMPLES } from "./constants.js";
import { loadCodec } from "./opus/load-codec.js";
import { checkChannels, checkSampleRate } from "./pcm/check-format.js";
import { Resampler } from "./pcm/resampler.js";
import { toFloats, toIntegers, type Pcm } from "./pcm/samples.js";
import { tracksOf } from "./tracks-of.js";

export interface AudioSinkOptions<Format extends "int16" | "float32" = "int16" | "float32"> {
  /** Hertz of the PCM that comes out: 4,000 to 192,000. @default 48,000 */
  readonly sampleRate?: number;
  /** 1 mixes stereo down, 2 gives mono twice; interleaved. @default 1 */
  readonly channels?: 1 | 2;
  /** @default "int16" */
  readonly format?: Format;
}

export interface PcmChunk<Samples extends Pcm = Pcm> {
  readonly pcm: Samples;
  /** Milliseconds of `performance.now()` at which its first sample was captured, as well as known. */
  readonly captureTime: number;
}

type PcmOf<Format> = Format extends "float32" ? Float32Array : Int16Array;

/**
 * The sound of a track, as PCM: decoded, resampled, and whole. What was lost on the way is concealed, so that a second
 * of sound is a second of samples; where nothing was sent, as while a microphone is muted, there is nothing. A slow
 * reader loses what it does not read within a second or so.
 */
export class AudioSink<Format extends "int16" | "float32" = "int16"> {
  /** One chunk for each packet, mostly 20 ms. Ends with the track. */
  readonly readable: ReadableStream<PcmChunk<PcmOf<Format>>>;
  readonly #frames: ReadableStreamDefaultReader<EncodedFrame>;

  /** @throws PeerhoodError `INVALID_ARGUMENT`, `UNSUPPORTED_TRACK`: no audio in it, or not a track of Node */
  constructor(source: MediaStreamLike | MediaStreamTrackLike, options: AudioSinkOptions<Format> = {}) {
    const { sampleRate = OPUS_RATE, channels = 1, format = "int16" } = options;
    checkSampleRate(sampleRate);
    checkChannels(channels);
    const [track] = tracksOf(source, "audio") as [NodeMediaStreamTrack];
    const frames = track.frames().getReader();
    this.#frames = frames;
    let decoder: PacketDecoder | undefined;
    this.readable = new ReadableStream<PcmChunk<PcmOf<Format>>>({
      async pull(controller) {
        decoder ??= await PacketDecoder.create(sampleRate, channels);
        const { done, value: frame } = await frames.read();
        if (done) return controller.close();
        for (const { samples, captureTime } of decoder.decode(frame)) {
          const pcm = (format === "float32" ? samples : toIntegers(samples)) as PcmOf<Format>;
          controller.enqueue({ pcm, captureTime });
        }
      },
      cancel: () => frames.cancel(),
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<PcmChunk<PcmOf<Format>>> {
    return this.readable[Symbol.asyncIterator]();
  }

  /** Ends what is read. The track goes on. */
  async close(): Promise<void> {
    await this.#frames.cancel();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

interface Decoded {
  readonly samples: Float32Array;
  readonly captureTime: number;
}

/** Packets to PCM, gaps concealed. */
class PacketDecoder {
  readonly #decode: (packet: Uint8Array) => Float32Array;
  readonly #resampler: Resampler;
  /** Timestamp of the packet that is to come next. */
  #expected: number | undefined;

  private constructor(decode: (packet: Uint8Array) => Float32Array, resampler: Resampler) {
    this.#decode = decode;
    this.#resampler = resampler;
  }

  static async create(sampleRate: number, channels: 1 | 2): Promise<PacketDecoder> {
    const { Decoder } = await loadCodec();
    const decoder = new Decoder({ channels, sample_rate: OPUS_RATE });
    const decode = (packet: Uint8Array): Float32Array => {
      const bytes = decoder.decode(packet);
      // A copy: its bytes need not begin where a sample may.
      return toFloats(new Int16Array(bytes.slice().buffer));
    };
    return new PacketDecoder(decode, new Resampler(OPUS_RATE, sampleRate, channels));
  }

  *decode(frame: EncodedFrame): Generator<Decoded> {
    const packet = new Uint8Array(frame.data);
    const length = opusSamples(packet);
    const captureTime = frame.getMetadata().captureTime ?? 0;
    const gap = this.#expected === undefined ? 0 : (frame.timestamp - this.#expected) | 0;
    // Came after what follows it had been given.
    if (length === 0 || (gap < 0 && -gap < OPUS_RATE)) return;
    if (gap > 0 && gap <= (MAX_CONCEALED_MS * OPUS_RATE) / 1_000) {
      const lost = Math.round(gap / PACKET_SAMPLES);
      for (let left = lost; left > 0; left--) {
        const agoMs = (left * PACKET_SAMPLES * 1_000) / OPUS_RATE;
        yield* this.#give(LOST_PACKET, captureTime - agoMs);
      }
    }
    this.#expected = (frame.timestamp + length) >>> 0;
    yield* this.#give(packet, captureTime);
  }

  *#give(packet: Uint8Array, captureTime: number): Generator<Decoded> {
    let samples: Float32Array;
    try {
      samples = this.#resampler.process(this.#decode(packet));
    } catch {
      // Broken, or hostile: as good as lost.
      return;
    }
    if (samples.length > 0) yield { samples, captureTime };
  }
}
