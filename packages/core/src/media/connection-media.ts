import type { MediaKind, MediaParameters, MediaStreamLike, MediaStreamTrackLike } from "./media-types.js";

/** A number of media sections of each kind. */
export type MediaDemand = Readonly<Record<MediaKind, number>>;

/**
 * Media of one connection. Its descriptions have sections (`m=` lines) for audio and video; each can carry one track in
 * each direction at once, is used again when its track is gone, and is never removed: a description has as many as
 * were ever in use together. Senders and reservations take effect with the next description: of the side that makes the
 * offers with `createOffer`, which adds sections where none is free; of the other with `acceptOffer`, which uses those
 * that the offer has.
 */
export interface ConnectionMedia {
  /** A sender that sends nothing yet. It gets a section with the next description that has a free one. */
  createSender(kind: MediaKind): MediaSender;
  /** Sections of each kind that the next offer has at least. */
  reserve(demand: MediaDemand): void;
  /** Senders of each kind on this side: what the side that makes the offers has to reserve. */
  readonly demand: MediaDemand;
  /** Whether a sender is without a section, or a reserved section is not there yet. */
  readonly pending: boolean;
  /** The tracks of the sections on which the remote may send, by mid, as last agreed on. A parked one is silent. */
  readonly incoming: ReadonlyMap<string, MediaStreamTrackLike>;
}

/** Sends one track at a time to the remote, for as long as the connection lives. */
export interface MediaSender {
  readonly kind: MediaKind;
  /** Of its section; `undefined` until a description of this side has it. */
  readonly mid: string | undefined;
  /**
   * Sends this track from now on, of the sender's kind; `null`: none, and the section waits for the next. No negotiation.
   * @throws PeerhoodError `UNSUPPORTED_TRACK`: not a track of this runtime, or of another kind
   */
  replaceTrack(track: MediaStreamTrackLike | null): Promise<void>;
  /** Replaces all parameters; what the runtime has no use for is ignored. */
  setParameters(parameters: MediaParameters): Promise<void>;
}

/** Makes the objects in which the tracks of a remote are shown. */
export type CreateStream = () => MediaStreamLike;
