import type { MediaStreamLike, MediaStreamTrackLike } from "./media-types.js";
import { findShare, liveTracks, normalizeShare, type Share, type ShareOptions } from "./share-options.js";
import type { TrackLedger } from "./track-ledger.js";

interface Entry {
  share: Share;
  tracks: MediaStreamTrackLike[];
  readonly onEnded: () => void;
}

/** What is shared with everyone in the room, by label, as late joiners get it. */
export class SharedStreams {
  /** What the application sees. */
  readonly byLabel = new Map<string, MediaStreamLike>();
  readonly #ledger: TrackLedger;
  readonly #entries = new Map<string, Entry>();

  constructor(ledger: TrackLedger) {
    this.#ledger = ledger;
  }

  /** In the form in which each remote gets them: only this list manages their tracks. */
  get all(): ShareOptions[] {
    return [...this.#entries.values()].map(({ share }) => forRemote(share));
  }

  /** @throws PeerhoodError `INVALID_ARGUMENT`, `INVALID_LABEL` */
  share(shared: MediaStreamLike | ShareOptions): ShareOptions {
    const share = normalizeShare(shared);
    const { label, stream } = share;
    const present = this.#entries.get(label);
    const entry: Entry = present ?? { share, tracks: [], onEnded: () => this.#dropEnded(entry) };
    const tracks = liveTracks(stream);
    for (const track of tracks) if (!entry.tracks.includes(track)) this.#use(track, entry);
    for (const track of entry.tracks) {
      if (!tracks.includes(track)) this.#release(track, entry);
    }
    entry.share = share;
    entry.tracks = tracks;
    this.#entries.set(label, entry);
    this.byLabel.set(label, stream);
    return forRemote(share);
  }

  /** The share that is no more; managed tracks are stopped once no remote gets them either. */
  unshare(which: string | MediaStreamLike | { readonly label: string }): Share | undefined {
    const entry = findShare(this.#entries, which);
    if (entry === undefined) return undefined;
    this.#end(entry);
    return entry.share;
  }

  clear(): void {
    for (const entry of Array.from(this.#entries.values())) this.#end(entry);
  }

  #end(entry: Entry): void {
    this.#entries.delete(entry.share.label);
    this.byLabel.delete(entry.share.label);
    for (const track of entry.tracks.splice(0)) this.#release(track, entry);
  }

  #dropEnded(entry: Entry): void {
    for (const track of entry.tracks) if (track.readyState === "ended") this.#release(track, entry);
    entry.tracks = entry.tracks.filter(({ readyState }) => readyState !== "ended");
    if (entry.tracks.length === 0) this.#end(entry);
  }

  #use(track: MediaStreamTrackLike, entry: Entry): void {
    this.#ledger.use(track, entry);
    track.addEventListener("ended", entry.onEnded);
  }

  #release(track: MediaStreamTrackLike, entry: Entry): void {
    track.removeEventListener("ended", entry.onEnded);
    this.#ledger.release(track, entry, entry.share.managed);
  }
}

function forRemote({ label, stream, parameters }: Share): ShareOptions {
  return { label, stream, audioParameters: parameters.audio, videoParameters: parameters.video };
}
