// A member of a room in a page: shares its fake devices, and measures what others share.
import { Peer, WebSocketDriver, type RemotePeer } from "peerhood";

let driver: WebSocketDriver;
let peer: Peer;
let microphone: MediaStream | undefined;
const problems: string[] = [];
/** By label, when its first video track was there, and when its first frame had been decoded. */
const addedAt = new Map<string, number>();
const decodedAt = new Map<string, number>();
let changed = (): void => {};

export async function join(url: string, room: string): Promise<void> {
  driver = new WebSocketDriver(url);
  peer = new Peer({ driver });
  peer.on("error", ({ error }) => void problems.push(`${error.code}: ${error.message}`));
  peer.on("stream:add", ({ remote, label, stream }) => {
    addedAt.set(label, performance.now());
    play(stream as MediaStream);
    if ((stream as MediaStream).getVideoTracks().length > 0) void watchFirst(remote, label);
    changed();
  });
  const connected = new Promise((resolve) => void peer.once("connection:connected", resolve));
  await peer.join(room);
  await connected;
}

export async function shareCamera(): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 240 } });
  peer.share({ label: "camera", stream, managed: true });
}

/** From now on the camera is sent in this codec, which the other side must have agreed to. */
export async function sendAs(mimeType: string): Promise<void> {
  const codec = RTCRtpSender.getCapabilities("video")?.codecs.find((one) => one.mimeType === mimeType);
  const sender = connection()
    .getSenders()
    .find(({ track }) => track?.kind === "video");
  if (sender === undefined || codec === undefined) throw new Error(`No camera is sent, or not as ${mimeType}.`);
  const parameters = sender.getParameters();
  // WebRTC Extensions, section 5.2: newer than TypeScript's types.
  for (const encoding of parameters.encodings) Object.assign(encoding, { codec });
  await sender.setParameters(parameters);
}

/** In what a stream's video comes. */
export async function codecOf(label: string): Promise<string> {
  const { track, remote } = await trackOf(label, "video");
  const report = await connection(remote).getStats(track);
  for (const stats of report.values()) {
    if (stats.type === "inbound-rtp") return report.get(stats.codecId).mimeType;
  }
  return "";
}

/** Frames sent so far, with the time of the count in milliseconds; of the first ones once they are counted. */
export async function framesSent(): Promise<{ frames: number; atMs: number }> {
  for (;;) {
    for (const stats of (await connection().getStats()).values()) {
      if (stats.type === "outbound-rtp" && stats.kind === "video" && stats.framesSent > 0)
        return { frames: stats.framesSent, atMs: stats.timestamp };
    }
  }
}

export interface Watched {
  readonly frames: number;
  /** The longest time without a frame, of the time in which it was watched. */
  readonly longestGapMs: number;
}

/** Watches a stream's video for so long, from its first frame on. */
export async function watch(label: string, ms: number): Promise<Watched> {
  const { track, remote } = await trackOf(label, "video");
  const present = await framesDecoded(track, remote);
  let frames = present;
  while (frames === present) {
    await later(20);
    frames = await framesDecoded(track, remote);
  }
  const before = frames;
  const began = performance.now();
  let last = began;
  let longestGapMs = 0;
  while (performance.now() - began < ms) {
    await later(20);
    const count = await framesDecoded(track, remote);
    longestGapMs = Math.max(longestGapMs, performance.now() - last);
    if (count > frames) last = performance.now();
    frames = count;
  }
  return { frames: frames - before, longestGapMs };
}

/** What is heard of a stream: its loudest frequency, and its level as root mean square. */
export async function listen(label: string): Promise<{ hertz: number; level: number }> {
  const { track } = await trackOf(label, "audio");
  // A page that was given a microphone may make sound.
  microphone ??= await navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.resume();
  const analyser = new AnalyserNode(context, { fftSize: 16_384, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  // Once its window is full of sound.
  const wave = new Float32Array(analyser.fftSize);
  do {
    await later(100);
    analyser.getFloatTimeDomainData(wave);
  } while (rms(wave.subarray(0, 1_024)) < 0.001);
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(spectrum);
  const loudest = spectrum.indexOf(Math.max(...spectrum));
  await context.close();
  return { hertz: (loudest * 48_000) / analyser.fftSize, level: rms(wave) };
}

/** Milliseconds from a stream's coming to its first decoded frame. */
export async function firstFrameAfter(label: string): Promise<number> {
  while (!decodedAt.has(label)) await new Promise<void>((resolve) => (changed = resolve));
  return (decodedAt.get(label) ?? 0) - (addedAt.get(label) ?? 0);
}

export async function leave(): Promise<string[]> {
  for (const track of microphone?.getTracks() ?? []) track.stop();
  await peer.leave();
  await driver.close();
  return problems;
}

async function watchFirst(remote: RemotePeer, label: string): Promise<void> {
  const [track] = (remote.streams.get(label) as MediaStream).getVideoTracks();
  if (track === undefined) return;
  while ((await framesDecoded(track, remote)) === 0) await later(10);
  decodedAt.set(label, performance.now());
  changed();
}

async function trackOf(label: string, kind: string): Promise<{ track: MediaStreamTrack; remote: RemotePeer }> {
  for (;;) {
    for (const remote of peer.remotes.values()) {
      const stream = remote.streams.get(label) as MediaStream | undefined;
      const track = stream?.getTracks().find((one) => one.kind === kind);
      if (track) return { track, remote };
    }
    await new Promise<void>((resolve) => (changed = resolve));
  }
}

async function framesDecoded(track: MediaStreamTrack, remote: RemotePeer): Promise<number> {
  for (const stats of (await connection(remote).getStats(track)).values()) {
    if (stats.type === "inbound-rtp") return stats.framesDecoded ?? 0;
  }
  return 0;
}

function connection(remote = [...peer.remotes.values()][0]): RTCPeerConnection {
  return remote?.connection as RTCPeerConnection;
}

function rms(wave: Float32Array): number {
  return Math.sqrt(wave.reduce((sum, sample) => sum + sample * sample, 0) / wave.length);
}

/** Statistics and sound have no events. */
function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function play(stream: MediaStream): void {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = stream;
  document.body.append(video);
  // It may be gone before it plays.
  video.play().catch(() => {});
}
