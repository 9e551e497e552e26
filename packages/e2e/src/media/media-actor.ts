// A member of a room that shares its fake camera and microphone, in a page.
import { Peer, WebSocketDriver, type RemotePeer } from "peerhood";

let driver: WebSocketDriver;
let peer: Peer;
const events: string[] = [];
const problems: string[] = [];
let changed = (): void => {};

export async function join(url: string, room: string): Promise<void> {
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
  await connected;
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

/** Shares silence, for many rounds: no device has to be opened. */
export function shareSilence(label: string): void {
  const context = (silence ??= new AudioContext());
  peer.share({ label, stream: context.createMediaStreamDestination().stream });
}
let silence: AudioContext | undefined;

export function unshare(label: string): boolean {
  return peer.unshare(label) !== undefined;
}

/** Resolves when so many events have come, with them; they are forgotten then. */
export async function eventsUntil(count: number): Promise<string[]> {
  while (events.length < count) await new Promise<void>((resolve) => (changed = resolve));
  return events.splice(0);
}

/** Resolves when these are the labels that the remote shares. */
export async function labelsUntil(...labels: string[]): Promise<void> {
  while ([...theRemote().streams.keys()].sort().join() !== labels.join()) {
    await new Promise<void>((resolve) => (changed = resolve));
  }
  events.length = 0;
}

/** Resolves when the track of that kind goes on: ten frames decoded, or half a second of sound, with its SSRC. */
export async function plays(label: string, kind: "audio" | "video"): Promise<number> {
  const track = (theRemote().streams.get(label) as MediaStream).getTracks().find((one) => one.kind === kind);
  if (track === undefined) throw new Error(`${label} has no ${kind}.`);
  const progress = async (): Promise<{ steps: number; ssrc: number }> => {
    const report = await (theRemote().connection as RTCPeerConnection).getStats(track);
    for (const stats of report.values()) {
      if (stats.type !== "inbound-rtp") continue;
      // Firefox counts no samples; 20 ms are in a packet.
      return { steps: kind === "video" ? (stats.framesDecoded ?? 0) : stats.packetsReceived * 0.4, ssrc: stats.ssrc };
    }
    return { steps: 0, ssrc: 0 };
  };
  const { steps } = await progress();
  for (;;) {
    const now = await progress();
    if (now.steps >= steps + 10) return now.ssrc;
    // Statistics have no event.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Media sections of the connection. */
export function sections(): number {
  return (theRemote().connection as RTCPeerConnection).getTransceivers().length;
}

/** The largest bitrate that video may take, as the browser has it. */
export function maxBitrates(): (number | undefined)[] {
  return (theRemote().connection as RTCPeerConnection)
    .getSenders()
    .filter(({ track }) => track?.kind === "video")
    .map((sender) => sender.getParameters().encodings[0]?.maxBitrate);
}

export async function shareLimited(label: string, maxBitrate: number): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  peer.share({ label, stream, managed: true, videoParameters: { maxBitrate } });
}

/** Leaves; what went wrong on the way, and whether devices are still in use. */
export async function leave(): Promise<string[]> {
  await peer.leave();
  await driver.close();
  return problems;
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
