import { SimulatedTrack } from "@peerhood/testing";
import type { MediaKind } from "../media-types.js";

/** What is shared under one label. */
export interface ModelShare {
  readonly tracks: WatchedTrack[];
  readonly managed: boolean;
}

/** A track of a device that tells when peerhood stops it. */
export class WatchedTrack extends SimulatedTrack {
  /** Somebody who manages it has let go of it: it has to be stopped once nobody uses it. */
  letGo = false;
  readonly #onStop: (track: WatchedTrack) => void;

  constructor(kind: MediaKind, id: string, onStop: (track: WatchedTrack) => void) {
    super(kind, id);
    this.#onStop = onStop;
  }

  override stop(): void {
    this.#onStop(this);
    super.stop();
  }
}

/** Labels with what is shared under each: for everyone, or with one remote. */
export class ModelShares {
  readonly byLabel: Map<string, ModelShare>;

  constructor(of: Iterable<readonly [string, ModelShare]> = []) {
    this.byLabel = new Map(of);
  }

  share(label: string, share: ModelShare): void {
    this.#release(label, (track) => !share.tracks.includes(track));
    this.byLabel.set(label, { managed: share.managed, tracks: share.tracks.filter(isLive) });
  }

  unshare(label: string): void {
    this.#release(label, () => true);
    this.byLabel.delete(label);
  }

  clear(): void {
    for (const label of Array.from(this.byLabel.keys())) this.unshare(label);
  }

  /** Its device is gone: a stream that had no other track is gone too. */
  onEnded(track: WatchedTrack): void {
    for (const [label, { tracks, managed }] of Array.from(this.byLabel)) {
      if (!tracks.includes(track)) continue;
      const left = tracks.filter((one) => one !== track);
      if (left.length === 0) this.byLabel.delete(label);
      else this.byLabel.set(label, { tracks: left, managed });
    }
  }

  uses(track: WatchedTrack): boolean {
    return [...this.byLabel.values()].some(({ tracks }) => tracks.includes(track));
  }

  describe(): Record<string, string[]> {
    return Object.fromEntries(
      [...this.byLabel].sort().map(([label, { tracks }]) => [label, tracks.map(({ id }) => id).sort()]),
    );
  }

  #release(label: string, which: (track: WatchedTrack) => boolean): void {
    const { tracks = [], managed = false } = this.byLabel.get(label) ?? {};
    for (const track of tracks) if (managed && which(track)) track.letGo = true;
  }
}

export function isLive({ readyState }: WatchedTrack): boolean {
  return readyState === "live";
}
