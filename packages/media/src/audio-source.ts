import { NodeMediaStream, NodeMediaStreamTrack } from "@peerhood/adapter-node";
import { PeerhoodError, type Clock, type TimerHandle } from "@peerhood/core";
import { systemClock } from "@peerhood/core/internal";
import { DEFAULT_AHEAD_MS, OPUS_RATE, PACKET_MS, PACKET_SAMPLES } from "./constants.js";
import { checkChannels, checkSampleRate } from "./pcm/check-format.js";
import { Resampler } from "./pcm/resampler.js";
import { toFloats, toIntegers, type Pcm } from "./pcm/samples.js";
import { loadCodec } from "./opus/load-codec.js";

export interface AudioSourceOptions {
  /** Hertz of the PCM that is written: 4,000 to 192,000. @default 48,000 */
  readonly sampleRate?: number;
  /** Of the PCM that is written, interleaved. @default 1 */
  readonly channels?: 1 | 2;
  /** Bits per second: 6,000 to 510,000. @default 32,000 for each channel, 48,000 with `music` */
  readonly bitrate?: number;
  /** What the encoder is tuned for. @default "voice" */
  readonly content?: "voice" | "music";
  /** Milliseconds that may be written ahead before `write` waits. @default 200 */
  readonly aheadMs?: number;
  /** Of the track. @default "" */
  readonly label?: string;
  /** Tests pass a virtual one. */
  readonly clock?: Clock;
}

interface Packet {
  readonly data: Uint8Array;
  /** In samples at 48 kHz since the source was made. */
  readonly timestamp: number;
}

interface Codec {
  encode(pcm: Int16Array): Uint8Array;
}

/**
 * A microphone made of PCM: what is written is resampled, encoded with Opus, and sent at the pace at which it is to be
 * heard. When nothing is written it is silent and sends nothing.
 */
export class AudioSource {
  readonly track: NodeMediaStreamTrack;
  /** A stream with that track alone, to be shared. */
  readonly stream: NodeMediaStream;
  readonly #options: Required<Omit<AudioSourceOptions, "label">>;
  readonly #resampler: Resampler;
  #codec: Promise<Codec> | undefined;
  /** At 48 kHz, interleaved: less than a packet. */
  #rest = new Float32Array(0);
  readonly #queue: Packet[] = [];
  /** Timestamp 0 on the clock; moves when the writer has paused. */
  #originMs: number | undefined;
  #samples = 0;
  #timer: TimerHandle | undefined;
  #writes: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<() => void>();
  #ending = false;

  /** @throws PeerhoodError `INVALID_ARGUMENT` */
  constructor(options: AudioSourceOptions = {}) {
    const { sampleRate = OPUS_RATE, channels = 1, content = "voice", aheadMs = DEFAULT_AHEAD_MS } = options;
    const { bitrate = channels * (content === "music" ? 48_000 : 32_000), clock = systemClock, label = "" } = options;
    checkSampleRate(sampleRate);
    checkChannels(channels);
    this.#options = { sampleRate, channels, content, aheadMs, bitrate, clock };
    this.#resampler = new Resampler(sampleRate, OPUS_RATE, channels);
    this.track = new NodeMediaStreamTrack({ kind: "audio", codec: "opus", label });
    this.stream = new NodeMediaStream([this.track]);
  }

  /**
   * Takes interleaved PCM of any length; it is copied. Resolves when less than `aheadMs` is waiting to be sent, so that
   * awaiting each write keeps the pace.
   * @throws PeerhoodError `INVALID_ARGUMENT`: not PCM, or not a whole number of samples for each channel; `INVALID_STATE`:
   * the source has ended
   */
  async write(pcm: Pcm): Promise<void> {
    if (!isPcm(pcm) || pcm.length % this.#options.channels !== 0) {
      throw new PeerhoodError(
        "INVALID_ARGUMENT",
        "write takes interleaved PCM: an Int16Array or Float32Array with as many samples for each channel.",
      );
    }
    this.#checkLive();
    const floats = toFloats(pcm).slice();
    await this.#queued(() => this.#encode(this.#resampler.process(floats)));
    await this.#until(() => this.#aheadMs() <= this.#options.aheadMs);
  }

  /** Sends what is waiting, then ends the track. Resolves when that has been sent. */
  async end(): Promise<void> {
    if (this.#ending) return this.#until(() => this.track.readyState === "ended");
    this.#ending = true;
    await this.#queued(async () => {
      await this.#encode(this.#resampler.flush());
      const { channels } = this.#options;
      const short = this.#rest.length === 0 ? 0 : PACKET_SAMPLES * channels - this.#rest.length;
      await this.#encode(new Float32Array(short));
    });
    await this.#until(() => this.#queue.length === 0 || this.track.readyState === "ended");
    this.close();
  }

  /** Ends the track; what is waiting is dropped. */
  close(): void {
    this.#ending = true;
    this.#queue.length = 0;
    this.#options.clock.clearTimeout(this.#timer);
    this.track.end();
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #checkLive(): void {
    if (!this.#ending && this.track.readyState === "live") return;
    throw new PeerhoodError("INVALID_STATE", "This AudioSource has ended, or its track was stopped: make a new one.");
  }

  /** One after the other: the codec is loaded with the first. */
  #queued(work: () => Promise<void>): Promise<void> {
    const done = this.#writes.then(work);
    this.#writes = done.catch(() => {});
    return done;
  }

  async #encode(samples: Float32Array): Promise<void> {
    const codec = await (this.#codec ??= createEncoder(this.#options));
    const { channels, clock } = this.#options;
    const joined = new Float32Array(this.#rest.length + samples.length);
    joined.set(this.#rest);
    joined.set(samples, this.#rest.length);
    const size = PACKET_SAMPLES * channels;
    let at = 0;
    for (; at + size <= joined.length; at += size) {
      if (this.#queue.length === 0) this.#resume(clock.now());
      const data = codec.encode(toIntegers(joined.subarray(at, at + size)));
      this.#queue.push({ data, timestamp: this.#samples });
      this.#samples += PACKET_SAMPLES;
    }
    this.#rest = joined.slice(at);
    this.#send();
  }

  /** After a pause of the writer time goes on as it did meanwhile: its next packet is due now, not when it was. */
  #resume(nowMs: number): void {
    if (this.#originMs === undefined) this.#originMs = nowMs - (this.#samples * 1_000) / OPUS_RATE;
    const lateMs = nowMs - this.#dueMs(this.#samples);
    if (lateMs <= PACKET_MS) return;
    // The timestamps tell the pause, in whole samples (RFC 3550, section 5.1).
    this.#samples += Math.floor((lateMs * OPUS_RATE) / 1_000);
  }

  readonly #send = (): void => {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    let [next] = this.#queue;
    while (next && this.#dueMs(next.timestamp) <= clock.now()) {
      this.#queue.shift();
      const captureTime = this.#dueMs(next.timestamp);
      this.track.writeFrame({ data: next.data, timestamp: next.timestamp, captureTime });
      [next] = this.#queue;
    }
    if (this.track.readyState === "ended") this.#queue.length = 0;
    else if (next) this.#timer = clock.setTimeout(this.#send, this.#dueMs(next.timestamp) - clock.now());
    this.#wake();
  };

  #dueMs(timestamp: number): number {
    return (this.#originMs ?? 0) + (timestamp * 1_000) / OPUS_RATE;
  }

  #aheadMs(): number {
    return this.#queue.length * PACKET_MS;
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

async function createEncoder({ channels, content, bitrate }: CodecOptions): Promise<Codec> {
  const { Encoder } = await loadCodec();
  const encoder = new Encoder({
    channels,
    sample_rate: OPUS_RATE,
    application: content === "voice" ? "voip" : "audio",
  });
  encoder.bitrate = bitrate;
  // What is lost once can be heard from the next packet (RFC 7587, section 3.3).
  encoder.inband_fec = content === "voice";
  return encoder;
}

type CodecOptions = Required<Pick<AudioSourceOptions, "channels" | "content" | "bitrate">>;

function isPcm(value: unknown): value is Pcm {
  const tag = (value as Partial<Pcm> | undefined)?.[Symbol.toStringTag];
  return tag === "Int16Array" || tag === "Float32Array";
}
