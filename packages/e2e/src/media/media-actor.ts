// A member of a room that shares its fake camera and microphone, in a page.
import { Peer, WebSocketDriver, type RemotePeer, type ShareOptions } from "peerhood";

let driver: WebSocketDriver;
let peer: Peer;
const events: string[] = [];
const problems: string[] = [];
let changed = (): void => {};

/** `alone`: nobody is there to wait for. */
export async function join(url: string, room: string, alone = false): Promise<void> {
  driver = new WebSocketDriver(url);
  peer = new Peer({ driver });
  peer.on("error", ({ error }) => void problems.push(`${error.code}: ${error.message}`));
  for (const group of ["stream", "track"] as const) {
    peer.on(group, (event) => {
      events.push(
        "track" in event ? `${event.name} ${event.label} ${event.track.kind}` : `${event.name} ${event.label}`,
      );
      if (event.name === "track:add" && event.track.kind === "video") play(event.stream as MediaStream);
      changed();
    });
  }
  const connected = new Promise((resolve) => void peer.once("connection:connected", resolve));
  await peer.join(room);
  if (!alone) await connected;
}

/** Shares tracks of the fake devices. `keep`: kinds whose track stays the one that this label has. */
export async function share(label: string, kinds: ("audio" | "video")[], keep: string[] = []): Promise<void> {
  const old = (peer.streams.get(label)?.getTracks() ?? []) as MediaStreamTrack[];
  const kept = old.filter(({ kind }) => keep.includes(kind));
  const wanted = kinds.filter((kind) => !kept.some((track) => track.kind === kind));
  const fresh =
    wanted.length === 0
      ? []
      : (
          await navigator.mediaDevices.getUserMedia({
            audio: wanted.includes("audio"),
            video: wanted.includes("video"),
          })
        ).getTracks();
  peer.share({ label, stream: new MediaStream([...kept, ...fresh]), managed: true });
}

/** Shares a copy of the microphone, for many rounds: no device has to be opened. */
export function shareCopy(label: string): void {
  const [microphone] = tracksOf("camera").filter(({ kind }) => kind === "audio");
  if (microphone === undefined) throw new Error("There is no microphone to copy.");
  peer.share({ label, stream: new MediaStream([microphone.clone()]), managed: true });
}

/** Shares the tracks of one label under another one as well. */
export function shareAgain(label: string, as: string): void {
  peer.share({ label: as, stream: new MediaStream(tracksOf(label)), managed: true });
}

export function trackStates(label: string): string[] {
  return tracksOf(label).map(({ readyState }) => readyState);
}

/** Keeps the tracks of a label in view after it is unshared. */
export function hold(label: string): void {
  held = tracksOf(label);
}
let held: MediaStreamTrack[] = [];

export function heldStates(): string[] {
  return held.map(({ readyState }) => readyState);
}

/** Shares a picture that comes from a connection within this page, so that `endPicture` ends it from outside. */
export async function sharePicture(label: string): Promise<void> {
  const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
  from.onicecandidate = ({ candidate }) => void (candidate && to.addIceCandidate(candidate));
  to.onicecandidate = ({ candidate }) => void (candidate && from.addIceCandidate(candidate));
  const transceiver = from.addTransceiver("video");
  const agree = async (): Promise<void> => {
    await from.setLocalDescription();
    if (from.localDescription !== null) await to.setRemoteDescription(from.localDescription);
    await to.setLocalDescription();
    if (to.localDescription !== null) await from.setRemoteDescription(to.localDescription);
  };
  await agree();
  const [receiver] = to.getReceivers();
  if (receiver === undefined) throw new Error("The connection has no receiver.");
  peer.share({ label, stream: new MediaStream([receiver.track]) });
  endPictureNow = async () => {
    transceiver.stop();
    await agree();
    from.close();
    to.close();
  };
}
let endPictureNow: (() => Promise<void>) | undefined;

export async function endPicture(): Promise<void> {
  await endPictureNow?.();
}

export function ownLabels(): string[] {
  return [...peer.streams.keys()];
}

export function unshare(label: string): boolean {
  return peer.unshare(label) !== undefined;
}

/** Resolves when so many events have come, with them; they are forgotten then. */
export async function eventsUntil(count: number): Promise<string[]> {
  while (events.length < count) await new Promise<void>((resolve) => (changed = resolve));
  return events.splice(0);
}

/** Resolves when these are the labels that the remotes share. */
export async function labelsUntil(...labels: string[]): Promise<void> {
  const shown = (): string[] => [...peer.remotes.values()].flatMap(({ streams }) => [...streams.keys()]).sort();
  while (shown().join() !== labels.join()) {
    await new Promise<void>((resolve) => (changed = resolve));
  }
  events.length = 0;
}

/** Resolves when a packet of that track has come after the call. */
export async function arrives(label: string, kind: "audio" | "video"): Promise<void> {
  const before = (await progress(label, kind)).packets;
  while ((await progress(label, kind)).packets <= before) await pause(10);
}

/** From now on looks, all the time, how long a track stands still. */
export function watchFlow(label: string, kind: "audio" | "video"): void {
  const flow = { longestMs: 0, ended: false };
  flows.push(flow);
  void (async () => {
    let last = { steps: (await progress(label, kind)).steps, atMs: performance.now() };
    while (!flow.ended) {
      await pause(20);
      const { steps } = await progress(label, kind);
      const atMs = performance.now();
      flow.longestMs = Math.max(flow.longestMs, atMs - last.atMs);
      if (steps > last.steps) last = { steps, atMs };
    }
  })();
}
const flows: { longestMs: number; ended: boolean }[] = [];

/** The longest that each of the watched ones stood still, in milliseconds. */
export function longestGaps(): number[] {
  return flows.splice(0).map((flow) => {
    flow.ended = true;
    return Math.round(flow.longestMs);
  });
}

/** Resolves when the track of that kind goes on: ten frames decoded, or half a second of sound, with its SSRC. */
export async function plays(label: string, kind: "audio" | "video"): Promise<number> {
  const { steps } = await progress(label, kind);
  for (;;) {
    const now = await progress(label, kind);
    if (now.steps >= steps + 10) return now.ssrc;
    await pause(50);
  }
}

interface Progress {
  readonly steps: number;
  readonly packets: number;
  readonly ssrc: number;
  readonly width: number;
}

async function progress(label: string, kind: "audio" | "video"): Promise<Progress> {
  const track = (remoteWith(label).streams.get(label) as MediaStream).getTracks().find((one) => one.kind === kind);
  if (track === undefined) throw new Error(`${label} has no ${kind}.`);
  const report = await (remoteWith(label).connection as RTCPeerConnection).getStats(track);
  for (const stats of report.values()) {
    if (stats.type !== "inbound-rtp") continue;
    const { packetsReceived: packets, framesDecoded, ssrc, frameWidth: width = 0 } = stats;
    // Firefox counts no samples; 20 ms are in a packet.
    return { steps: kind === "video" ? (framesDecoded ?? 0) : packets * 0.4, packets, ssrc, width };
  }
  return { steps: 0, packets: 0, ssrc: 0, width: 0 };
}

/** Statistics have no event. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export interface Heard {
  readonly samples: number;
  /** Of them, those that were made up because nothing had come in time. */
  readonly concealed: number;
  readonly packets: number;
  readonly lostPackets: number;
  readonly bytes: number;
}

/** What has been heard of a stream so far. */
export async function heard(label: string): Promise<Heard> {
  const remote = remoteWith(label);
  const [track] = (remote.streams.get(label) as MediaStream).getAudioTracks();
  for (const stats of (await (remote.connection as RTCPeerConnection).getStats(track ?? null)).values()) {
    if (stats.type !== "inbound-rtp") continue;
    const { totalSamplesReceived: samples, concealedSamples: concealed } = stats;
    return {
      samples,
      concealed,
      packets: stats.packetsReceived,
      lostPackets: stats.packetsLost,
      bytes: stats.bytesReceived,
    };
  }
  throw new Error(`${label} has no sound.`);
}

/** The picture's width, and frames per second over some time. */
export async function pictureOf(label: string): Promise<{ width: number; rate: number }> {
  const [before, startMs] = [await progress(label, "video"), performance.now()];
  await pause(2_000);
  const after = await progress(label, "video");
  return { width: after.width, rate: ((after.steps - before.steps) / (performance.now() - startMs)) * 1_000 };
}

/** The description as it was last agreed on. */
export function description(): string {
  return (theRemote().connection as RTCPeerConnection).currentLocalDescription?.sdp ?? "";
}

/** Media sections of the connection. */
export function sections(): number {
  return (theRemote().connection as RTCPeerConnection).getTransceivers().length;
}

/** Bits per second of a stream's sound, as they arrive. */
export async function soundRate(label: string): Promise<number> {
  const [before, startMs] = [await heard(label), performance.now()];
  await pause(2_000);
  return (((await heard(label)).bytes - before.bytes) * 8_000) / (performance.now() - startMs);
}

/** What the browser's senders of that kind have. */
export function parametersOf(kind: "audio" | "video"): (RTCRtpEncodingParameters | undefined)[] {
  return (theRemote().connection as RTCPeerConnection)
    .getSenders()
    .filter(({ track }) => track?.kind === kind)
    .map((sender) => sender.getParameters().encodings[0]);
}

/** Shares the camera so; again with the same picture if there is one. */
export async function shareLimited(label: string, ...each: VideoParameters[]): Promise<void> {
  const present = peer.streams.get(label) as MediaStream | undefined;
  const stream = present ?? (await navigator.mediaDevices.getUserMedia({ video: true }));
  for (const videoParameters of each) peer.share({ label, stream, managed: true, videoParameters });
}
type VideoParameters = NonNullable<ShareOptions["videoParameters"]>;

/** Shares noise, which takes as many bits as it may. */
export function shareNoise(label: string): void {
  const context = new AudioContext();
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  buffer.getChannelData(0).forEach((_, at, samples) => (samples[at] = Math.random() - 0.5));
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  const destination = context.createMediaStreamDestination();
  source.connect(destination);
  source.start();
  peer.share({ label, stream: destination.stream, managed: true });
}

/** The same sound with other parameters. */
export function limitSound(label: string, audioParameters: NonNullable<ShareOptions["audioParameters"]>): void {
  peer.share({ label, stream: new MediaStream(tracksOf(label)), managed: true, audioParameters });
}

/** Shares the camera with the first remote alone, or stops to. */
export async function shareWithFirst(label: string): Promise<void> {
  theRemote().share({ label, stream: new MediaStream(tracksOf("camera")), managed: true });
}

export function unshareFirst(label: string): void {
  theRemote().unshare(label);
}

function tracksOf(label: string): MediaStreamTrack[] {
  return (peer.streams.get(label)?.getTracks() ?? []) as MediaStreamTrack[];
}

/** Leaves; what went wrong on the way, and whether devices are still in use. */
export async function leave(): Promise<string[]> {
  await peer.leave();
  await driver.close();
  return problems;
}

function remoteWith(label: string): RemotePeer {
  return [...peer.remotes.values()].find(({ streams }) => streams.has(label)) ?? theRemote();
}

function theRemote(): RemotePeer {
  const [remote] = peer.remotes.values();
  if (remote === undefined) throw new Error("Nobody is there.");
  return remote;
}

function play(stream: MediaStream): void {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = stream;
  document.body.append(video);
  // It may be gone before it plays.
  video.play().catch(() => {});
}
