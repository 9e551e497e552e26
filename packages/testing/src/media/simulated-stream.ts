import type { MediaStreamLike, MediaStreamTrackLike } from "@peerhood/core";

/** A `MediaStream` without a runtime. */
export class SimulatedStream implements MediaStreamLike {
  readonly id: string;
  readonly #tracks = new Set<MediaStreamTrackLike>();

  constructor(id: string, tracks: readonly MediaStreamTrackLike[] = []) {
    this.id = id;
    for (const track of tracks) this.#tracks.add(track);
  }

  getTracks(): MediaStreamTrackLike[] {
    return [...this.#tracks];
  }

  addTrack(track: MediaStreamTrackLike): void {
    this.#tracks.add(track);
  }

  removeTrack(track: MediaStreamTrackLike): void {
    this.#tracks.delete(track);
  }
}
