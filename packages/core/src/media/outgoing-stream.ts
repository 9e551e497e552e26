import type { ConnectionMedia, MediaSender } from "./connection-media.js";
import type { SharedLabel } from "./media-messages.js";
import type { MediaStreamTrackLike } from "./media-types.js";
import { kindOf, liveTracks, type Share } from "./share-options.js";
import type { TrackLedger } from "./track-ledger.js";

/** What the streams of one connection have in common. */
export interface SenderPool {
  /** Senders whose track is gone, for the next one of their kind. */
  readonly parked: Set<MediaSender>;
  readonly ledger: TrackLedger;
  readonly onError: (error: unknown) => void;
  /** A track ended by itself: its device is gone, or the user has stopped sharing a screen. */
  readonly onEnded: (stream: OutgoingStream) => void;
}

interface Slot {
  track: MediaStreamTrackLike;
  sender: MediaSender | undefined;
  onEnded: () => void;
}

/** One labelled stream on its way to one remote: a sender for each of its tracks. */
export class OutgoingStream {
  readonly #pool: SenderPool;
  #share: Share;
  #slots: Slot[] = [];
  #told = false;

  constructor(pool: SenderPool, share: Share) {
    this.#pool = pool;
    this.#share = share;
    for (const track of liveTracks(share.stream)) this.#slots.push(this.#createSlot(track));
  }

  get share(): Share {
    return this.#share;
  }

  /** Whether there is a track to send. */
  get isLive(): boolean {
    return this.#slots.length > 0;
  }

  /** What the remote is to show; nothing before each of the first tracks has a section. */
  describe(): SharedLabel | undefined {
    const mids = this.#slots.flatMap(({ sender }) => sender?.mid ?? []);
    this.#told ||= mids.length === this.#slots.length;
    return this.#told ? { label: this.#share.label, mids } : undefined;
  }

  /** Gives each track a sender of this connection. */
  place(media: ConnectionMedia): void {
    for (const slot of this.#slots) {
      if (slot.sender === undefined) this.#send(slot, this.#takeParked(slot) ?? media.createSender(kindOf(slot.track)));
    }
  }

  /** The connection is gone: the tracks wait for the next. */
  displace(): void {
    this.#told = false;
    for (const slot of this.#slots) slot.sender = undefined;
  }

  /**
   * Takes another share of the same label: a track that is in both goes on untouched, one that is gone hands its sender
   * to a new one of its kind, so that nothing has to be negotiated.
   */
  update(share: Share, media: ConnectionMedia | undefined): void {
    const before = this.#share;
    this.#share = share;
    const tracks = liveTracks(share.stream);
    const gone = this.#slots.filter(({ track }) => !tracks.includes(track));
    const kept = this.#slots.filter(({ track }) => tracks.includes(track));
    const added = tracks.filter((track) => !kept.some((slot) => slot.track === track));
    this.#slots = tracks.flatMap((track) => kept.find((slot) => slot.track === track) ?? []);
    for (const track of added) {
      const slot = this.#createSlot(track);
      const at = gone.findIndex((old) => old.sender !== undefined && kindOf(old.track) === kindOf(track));
      const [replaced] = at < 0 ? [] : gone.splice(at, 1);
      this.#slots.push(slot);
      if (replaced === undefined) continue;
      if (replaced.sender !== undefined) this.#send(slot, replaced.sender);
      this.#forget(replaced, before.managed);
    }
    for (const slot of gone) this.#park(slot, before.managed);
    for (const slot of kept) this.#setParameters(slot);
    if (media !== undefined) this.place(media);
  }

  /** Tracks that have ended are no longer sent. */
  dropEnded(): void {
    const ended = this.#slots.filter(({ track }) => track.readyState === "ended");
    this.#slots = this.#slots.filter(({ track }) => track.readyState !== "ended");
    for (const slot of ended) this.#park(slot, false);
  }

  /** Sends nothing more. */
  end(): void {
    for (const slot of this.#slots.splice(0)) this.#park(slot, this.#share.managed);
  }

  #createSlot(track: MediaStreamTrackLike): Slot {
    const onEnded = (): void => this.#pool.onEnded(this);
    this.#pool.ledger.use(track, this);
    track.addEventListener("ended", onEnded);
    return { track, sender: undefined, onEnded };
  }

  #takeParked({ track }: Slot): MediaSender | undefined {
    for (const sender of this.#pool.parked) {
      if (sender.kind !== kindOf(track)) continue;
      this.#pool.parked.delete(sender);
      return sender;
    }
    return undefined;
  }

  #send(slot: Slot, sender: MediaSender): void {
    slot.sender = sender;
    sender.replaceTrack(slot.track).catch(this.#pool.onError);
    this.#setParameters(slot);
  }

  #setParameters({ sender, track }: Slot): void {
    sender?.setParameters(this.#share.parameters[kindOf(track)]).catch(this.#pool.onError);
  }

  #park(slot: Slot, managed: boolean): void {
    if (slot.sender !== undefined) {
      slot.sender.replaceTrack(null).catch(this.#pool.onError);
      this.#pool.parked.add(slot.sender);
    }
    this.#forget(slot, managed);
  }

  #forget({ track, onEnded }: Slot, managed: boolean): void {
    track.removeEventListener("ended", onEnded);
    this.#pool.ledger.release(track, this, managed);
  }
}
