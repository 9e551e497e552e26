import { NodeMediaStream, NodeMediaStreamTrack, type EncodedFrame } from "@peerhood/adapter-node";
import { VirtualClock } from "@peerhood/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { AudioSink } from "./audio-sink.js";
import { AudioSource, type AudioSourceOptions } from "./audio-source.js";
import { loadCodec } from "./opus/load-codec.js";
import { loudness, pitch, tone } from "./testing/tones.js";

// Its loading would be real time in a virtual one.
beforeAll(loadCodec);

interface Sent {
  readonly atMs: number;
  readonly frame: EncodedFrame;
}

function observed(options: AudioSourceOptions = {}): { clock: VirtualClock; source: AudioSource; sent: Sent[] } {
  const clock = new VirtualClock();
  const source = new AudioSource({ ...options, clock });
  const sent: Sent[] = [];
  source.track.subscribe(({ frame }) => sent.push({ atMs: clock.now(), frame }));
  return { clock, source, sent };
}

describe("an AudioSource", () => {
  it("sends a packet each 20 ms, whatever the rate and the pieces are", async () => {
    const { clock, source, sent } = observed({ sampleRate: 44_100, aheadMs: 10_000 });
    const wave = tone(440, 44_100, 1_000);
    for (let at = 0; at < wave.length; at += 1_001) await source.write(wave.subarray(at, at + 1_001));
    await clock.advance(2_000);
    // The last packet is not full.
    expect(sent.length).toBe(49);
    expect(sent.map(({ atMs }) => Math.round(atMs - (sent[0]?.atMs ?? 0)))).toEqual(sent.map((_, index) => index * 20));
    expect(sent.map(({ frame }) => frame.timestamp)).toEqual(sent.map((_, index) => index * 960));
    const captured = sent.map(({ frame }) => frame.getMetadata().captureTime ?? 0);
    expect(captured.map((ms) => Math.round(ms - (captured[0] ?? 0)))).toEqual(captured.map((_, index) => index * 20));
  });

  it("lets a writer wait that is ahead, and ends when all is sent", async () => {
    const { clock, source, sent } = observed({ aheadMs: 100 });
    let written = false;
    const writing = source.write(tone(440, 48_000, 500)).then(() => (written = true));
    await clock.advance(300);
    expect(written).toBe(false);
    await clock.advance(120);
    await writing;
    const ending = source.end();
    await clock.advance(200);
    await ending;
    expect(sent.length).toBe(25);
    expect(source.track.readyState).toBe("ended");
    await expect(source.write(tone(440, 48_000, 20))).rejects.toMatchObject({ code: "INVALID_STATE" });
    expect(clock.pending).toEqual([]);
  });

  it("sends nothing while nothing is written, and its timestamps tell the pause", async () => {
    const { clock, source, sent } = observed();
    await source.write(tone(440, 48_000, 40));
    await clock.advance(1_000);
    await source.write(tone(440, 48_000, 40));
    await clock.advance(100);
    const [, last, next] = sent;
    expect(sent.length).toBe(4);
    expect(next?.atMs).toBeCloseTo(1_000, 0);
    const passedMs = ((next?.frame.timestamp ?? 0) - (last?.frame.timestamp ?? 0)) / 48;
    expect(passedMs).toBeCloseTo((next?.atMs ?? 0) - (last?.atMs ?? 0), 0);
  });

  it("ends at once when it is closed, and a waiting writer is let go", async () => {
    const { clock, source, sent } = observed({ aheadMs: 20 });
    const writing = source.write(tone(440, 48_000, 1_000));
    await clock.advance(50);
    source.close();
    await writing;
    await clock.advance(1_000);
    expect(sent.length).toBeLessThan(5);
    expect(clock.pending).toEqual([]);
  });

  it.each([{ sampleRate: 3_999 }, { sampleRate: 48_000.5 }, { channels: 6 as 2 }])("refuses %j", (options) => {
    expect(() => new AudioSource(options)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  it("refuses what is no PCM", async () => {
    const source = new AudioSource({ channels: 2 });
    await expect(source.write(new Int16Array(3))).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(source.write([0, 0] as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

/** Encodes a tone, hands the packets to `pass`, and reads what comes out at the other end. */
async function hear(
  pcm: Float32Array | Int16Array,
  sourceOptions: AudioSourceOptions,
  sinkOptions: ConstructorParameters<typeof AudioSink>[1],
  keep: (index: number) => boolean = () => true,
): Promise<{ samples: number[]; captured: number[] }> {
  const { clock, source, sent } = observed({ ...sourceOptions, aheadMs: 60_000 });
  await source.write(pcm);
  const ending = source.end();
  await clock.advance(10_000);
  await ending;
  const track = new NodeMediaStreamTrack({ kind: "audio", codec: "opus" });
  const sink = new AudioSink(new NodeMediaStream([track]), sinkOptions);
  const samples: number[] = [];
  const captured: number[] = [];
  const reading = (async () => {
    for await (const { pcm: chunk, captureTime } of sink) {
      samples.push(...chunk);
      captured.push(captureTime);
    }
  })();
  for (const [index, { frame }] of sent.entries()) {
    if (!keep(index)) continue;
    track.writeFrame({ ...frame, captureTime: frame.getMetadata().captureTime ?? 0 });
    // Its queue is shorter than the sound.
    await new Promise(setImmediate);
  }
  track.end();
  await reading;
  return { samples, captured };
}

describe("an AudioSink", () => {
  it("gives what a source took: as long, as loud, of the same pitch", async () => {
    const { samples, captured } = await hear(tone(440, 44_100, 1_000), { sampleRate: 44_100 }, {});
    expect(samples.length).toBeGreaterThanOrEqual(48_000);
    expect(samples.length).toBeLessThan(48_000 + 960 * 2);
    expect(pitch(samples.slice(4_000, 44_000), 48_000)).toBeCloseTo(440, -1);
    expect(loudness(samples.slice(4_000, 44_000)) / 32_768).toBeCloseTo(0.5 / Math.SQRT2, 1);
    expect((captured.at(-1) ?? 0) - (captured[0] ?? 0)).toBeCloseTo((captured.length - 1) * 20, 0);
  });

  it("gives the rate, the channels and the numbers that are asked for", async () => {
    const stereo = tone(1_000, 48_000, 500, 2).map((sample, index) => (index % 2 === 0 ? sample : 0));
    const options = { sampleRate: 22_050, channels: 2, format: "float32" } as const;
    const { samples } = await hear(stereo, { channels: 2, content: "music" }, options);
    expect(samples.length / 2).toBeCloseTo(11_025, -3);
    const [left, right] = [0, 1].map((side) => samples.filter((_, index) => index % 2 === side).slice(2_000, 10_000));
    expect(pitch(left ?? [], 22_050)).toBeCloseTo(1_000, -1);
    expect(loudness(left ?? [])).toBeCloseTo(0.5 / Math.SQRT2, 1);
    expect(loudness(right ?? [])).toBeLessThan(0.05);
  });

  it("conceals what was lost: nothing gets shorter", async () => {
    const whole = await hear(tone(440, 48_000, 1_000), {}, {});
    const lossy = await hear(tone(440, 48_000, 1_000), {}, {}, (index) => index % 10 !== 5);
    expect(lossy.samples.length).toBe(whole.samples.length);
    expect(lossy.captured.map(Math.round)).toEqual(whole.captured.map(Math.round));
    expect(loudness(lossy.samples.slice(4_000, 44_000))).toBeGreaterThan(
      0.8 * loudness(whole.samples.slice(4_000, 44_000)),
    );
  });

  it("refuses a stream without sound", () => {
    const video = new NodeMediaStreamTrack({ kind: "video", codec: "VP8" });
    expect(() => new AudioSink(new NodeMediaStream([video]))).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED_TRACK" }),
    );
  });

  it("ends when it is closed, and leaves the track alone", async () => {
    const track = new NodeMediaStreamTrack({ kind: "audio", codec: "opus" });
    const sink = new AudioSink(track);
    const reading = sink.readable.getReader().read();
    await sink.close();
    expect(await reading).toEqual({ done: true, value: undefined });
    expect(track.readyState).toBe("live");
  });
});
