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
  readonly track: MediaStreamTrackLike;
  sender: MediaSender | undefined;
  /**
   * The remote may still show what this sender sends under the label that it was parked by, so it sends nothing yet: up
   * to the state with this number, which says otherwise and is `undefined` until it is told.
   */
  silent: { until: number | undefined } | undefined;
  readonly onEnded: () => void;
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

  /** What the remote is to show in state `n`; nothing before each of the first tracks has a section. */
  describe(n: number): SharedLabel | undefined {
    const mids = this.#slots.flatMap(({ sender }) => sender?.mid ?? []);
    this.#told ||= mids.length === this.#slots.length;
    if (!this.#told) return undefined;
    for (const { silent } of this.#slots) if (silent !== undefined) silent.until ??= n;
    return { label: this.#share.label, mids };
  }

  /** The remote shows state `n`, or a later one: what waited for it may be sent. */
  onShown(n: number): void {
    for (const slot of this.#slots) {
      if (slot.sender === undefined || slot.silent?.until === undefined || slot.silent.until > n) continue;
      slot.silent = undefined;
      this.#send(slot, slot.sender);
    }
  }

  /** Gives each track a sender of this connection. */
  place(media: ConnectionMedia): void {
    for (const slot of this.#slots) {
      if (slot.sender !== undefined) continue;
      const parked = this.#takeParked(slot);
      if (parked === undefined) this.#send(slot, media.createSender(kindOf(slot.track)));
      else {
        slot.sender = parked;
        slot.silent = { until: undefined };
      }
    }
  }

  /** The connection is gone: the tracks wait for the next, and the remote's stream for the tracks. */
  displace(): void {
    for (const slot of this.#slots) slot.sender = slot.silent = undefined;
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
      slot.silent = replaced.silent;
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
    return { track, sender: undefined, silent: undefined, onEnded };
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
    if (slot.silent !== undefined) return;
    sender.replaceTrack(slot.track).catch(this.#pool.onError);
    this.#setParameters(slot);
  }

  #setParameters({ sender, silent, track }: Slot): void {
    if (silent !== undefined) return;
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
