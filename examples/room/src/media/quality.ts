import type { RemotePeer } from "peerhood";

/** How well a track arrives, since the last look. */
export interface Quality {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
  /** Share of packets that never came, 0 to 1. */
  readonly loss: number;
}

interface Counts {
  readonly atMs: number;
  readonly bytes: number;
  readonly received: number;
  readonly lost: number;
  readonly frames: number;
}

/** What is read of an `inbound-rtp` entry of https://www.w3.org/TR/webrtc-stats/. */
interface Inbound {
  readonly type: string;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly framesDecoded?: number;
  readonly bytesReceived?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
}

/** Returns a function that looks at a track of a remote; the first look has nothing to compare with. */
export function qualityMeter(): (remote: RemotePeer, track: MediaStreamTrack) => Promise<Quality | undefined> {
  const last = new WeakMap<MediaStreamTrack, Counts>();
  return async (remote, track) => {
    // The browser's own connection: peerhood hands it out as it is.
    const report = await (remote.connection as RTCPeerConnection).getStats(track);
    const entries: Inbound[] = [];
    report.forEach((entry: Inbound) => entries.push(entry));
    const inbound = entries.find(({ type }) => type === "inbound-rtp");
    if (inbound === undefined) return undefined;
    const now: Counts = {
      atMs: performance.now(),
      bytes: inbound.bytesReceived ?? 0,
      received: inbound.packetsReceived ?? 0,
      lost: inbound.packetsLost ?? 0,
      frames: inbound.framesDecoded ?? 0,
    };
    const before = last.get(track);
    last.set(track, now);
    if (before === undefined) return undefined;
    const seconds = Math.max((now.atMs - before.atMs) / 1_000, 0.001);
    // What comes late counts as lost at first and is taken back.
    const lost = Math.max(now.lost - before.lost, 0);
    return {
      width: inbound.frameWidth ?? 0,
      height: inbound.frameHeight ?? 0,
      framesPerSecond: Math.max(now.frames - before.frames, 0) / seconds,
      bitsPerSecond: (Math.max(now.bytes - before.bytes, 0) * 8) / seconds,
      loss: lost / Math.max(now.received - before.received + lost, 1),
    };
  };
}

/** `1280 × 720 · 30 fps · 1.2 Mbit/s`, with what is lost where it can be heard or seen. */
export function qualityInWords({ width, height, framesPerSecond, bitsPerSecond, loss }: Quality): string {
  const parts = width > 0 ? [`${width} × ${height}`, `${Math.round(framesPerSecond)} fps`] : [];
  parts.push(
    bitsPerSecond >= 1e6 ? `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s` : `${Math.round(bitsPerSecond / 1e3)} kbit/s`,
  );
  if (loss >= 0.005) parts.push(`${(loss * 100).toFixed(1)} % lost`);
  return parts.join(" · ");
}
