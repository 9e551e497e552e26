import type { MediaStreamTrackLike } from "./media-types.js";

interface Entry {
  readonly users: Set<object>;
  /** Somebody who manages the track has let go of it: the last user stops it. */
  stops: boolean;
}

/** Who uses which track, so that one that is managed is stopped when the last user is gone, and not before. */
export class TrackLedger {
  readonly #entries = new Map<MediaStreamTrackLike, Entry>();

  use(track: MediaStreamTrackLike, user: object): void {
    const entry = this.#entries.get(track) ?? { users: new Set(), stops: false };
    entry.users.add(user);
    this.#entries.set(track, entry);
  }

  release(track: MediaStreamTrackLike, user: object, managed: boolean): void {
    const entry = this.#entries.get(track);
    if (entry === undefined || !entry.users.delete(user)) return;
    entry.stops ||= managed;
    if (entry.users.size > 0) return;
    this.#entries.delete(track);
    if (entry.stops) track.stop();
  }
}
