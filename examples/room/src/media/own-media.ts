import type { Peer } from "peerhood";
import { type DeviceKind, openDevice } from "./devices.js";

/** Microphone and camera together, and the screen: the labels under which others find them. */
export const CAMERA = "camera";
export const SCREEN = "screen";

/** Enough for a face in a grid; a mesh sends it once for each remote. */
const CAMERA_BITRATE = 1_200_000;
const SCREEN_BITRATE = 2_500_000;

export interface OwnMediaState {
  readonly microphone: "off" | "on" | "muted";
  readonly camera: boolean;
  readonly screen: boolean;
}

/** What this page shows of itself. Each change is one `share` of the same label: only what differs is touched. */
export class OwnMedia {
  readonly #peer: Peer;
  readonly #changed: (state: OwnMediaState) => void;
  readonly #tracks = new Map<DeviceKind, MediaStreamTrack>();
  readonly #chosen = new Map<DeviceKind, string>();
  #screen: MediaStream | undefined;

  constructor(peer: Peer, changed: (state: OwnMediaState) => void) {
    this.#peer = peer;
    this.#changed = changed;
  }

  get state(): OwnMediaState {
    const microphone = this.#tracks.get("audio");
    return {
      microphone: microphone === undefined ? "off" : microphone.enabled ? "on" : "muted",
      camera: this.#tracks.has("video"),
      screen: this.#screen !== undefined,
    };
  }

  /** The streams as others get them, by label. */
  get streams(): ReadonlyMap<string, MediaStream> {
    return this.#peer.streams as ReadonlyMap<string, MediaStream>;
  }

  /** The device that is in use, or will be. */
  chosen(kind: DeviceKind): string | undefined {
    return this.#tracks.get(kind)?.getSettings().deviceId ?? this.#chosen.get(kind);
  }

  /** Opens the microphone, then mutes and unmutes it: a device that stays open is there at once. */
  async toggleMicrophone(): Promise<void> {
    const track = this.#tracks.get("audio");
    if (track === undefined) return this.#open("audio");
    track.enabled = !track.enabled;
    this.#changed(this.state);
  }

  /** A camera that is off is closed, so that its light goes out. */
  async toggleCamera(): Promise<void> {
    if (!this.#tracks.delete("video")) return this.#open("video");
    this.#share();
  }

  async toggleScreen(): Promise<void> {
    if (this.#screen !== undefined) {
      this.#screen = undefined;
      this.#peer.unshare(SCREEN);
    } else {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
      this.#screen = stream;
      for (const track of stream.getTracks()) track.addEventListener("ended", () => this.#onScreenEnded(stream));
      this.#peer.share({
        label: SCREEN,
        stream,
        managed: true,
        videoParameters: { maxBitrate: SCREEN_BITRATE, priority: "high" },
      });
    }
    this.#changed(this.state);
  }

  /** Takes another device: at once, if that kind is in use. */
  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    this.#chosen.set(kind, deviceId);
    if (this.#tracks.has(kind)) await this.#open(kind);
  }

  async #open(kind: DeviceKind): Promise<void> {
    const before = this.#tracks.get(kind);
    const track = await openDevice(kind, this.#chosen.get(kind));
    track.enabled = before?.enabled ?? true;
    track.addEventListener("ended", () => this.#onEnded(kind, track));
    this.#tracks.set(kind, track);
    this.#share();
  }

  #share(): void {
    const tracks = [...this.#tracks.values()];
    if (tracks.length === 0) this.#peer.unshare(CAMERA);
    else {
      // Managed: a track that is in the stream no more is stopped.
      const stream = new MediaStream(tracks);
      this.#peer.share({ label: CAMERA, stream, managed: true, videoParameters: { maxBitrate: CAMERA_BITRATE } });
    }
    this.#changed(this.state);
  }

  /** Unplugged. peerhood has taken it out of what is shared. */
  #onEnded(kind: DeviceKind, track: MediaStreamTrack): void {
    if (this.#tracks.get(kind) !== track) return;
    this.#tracks.delete(kind);
    this.#share();
  }

  /** Ended by the browser's own button. */
  #onScreenEnded(stream: MediaStream): void {
    if (this.#screen !== stream || stream.getTracks().some(({ readyState }) => readyState === "live")) return;
    this.#screen = undefined;
    this.#changed(this.state);
  }
}
