import { PeerhoodError, toPeerhoodError } from "../errors.js";
import type { ConnectionMedia, MediaSender } from "./connection-media.js";
import { MAX_STREAMS } from "./constants.js";
import type { MediaState } from "./media-messages.js";
import type { MediaStreamLike } from "./media-types.js";
import { OutgoingStream, type SenderPool } from "./outgoing-stream.js";
import { findShare, type Share } from "./share-options.js";
import type { TrackLedger } from "./track-ledger.js";

export interface OutgoingMediaOptions {
  readonly ledger: TrackLedger;
  /** Descriptions have to be exchanged; they take the state along. */
  readonly negotiate: () => void;
  /** The state has changed, and no description is needed. */
  readonly sendState: (state: MediaState) => void;
  readonly onError: (error: PeerhoodError) => void;
}

/** What is shared with one remote, by label, whether a connection is there or not. */
export class OutgoingMedia {
  readonly #options: OutgoingMediaOptions;
  readonly #streams = new Map<string, OutgoingStream>();
  readonly #pool: SenderPool;
  #media: ConnectionMedia | undefined;
  #number = 0;
  #flushing = false;

  constructor(options: OutgoingMediaOptions) {
    this.#options = options;
    this.#pool = {
      parked: new Set<MediaSender>(),
      ledger: options.ledger,
      onError: (error) => {
        options.onError(toPeerhoodError(error, "UNSUPPORTED_TRACK", "A track could not be sent; see cause."));
      },
      onEnded: (stream) => {
        stream.dropEnded();
        if (!stream.isLive) this.#end(stream);
        this.#changed();
      },
    };
  }

  /** The connection is up, or another one has taken its place: everything that is shared goes over it. */
  attach(media: ConnectionMedia | undefined): void {
    this.#media = media;
    this.#pool.parked.clear();
    for (const stream of this.#streams.values()) stream.displace();
    if (this.#streams.size === 0) return;
    if (media === undefined) return this.#options.onError(noMedia());
    for (const stream of this.#streams.values()) stream.place(media);
    this.#changed();
  }

  share(share: Share): MediaStreamLike {
    const present = this.#streams.get(share.label);
    if (present !== undefined) present.update(share, this.#media);
    else {
      if (this.#streams.size >= MAX_STREAMS) {
        throw new PeerhoodError("INVALID_ARGUMENT", `${MAX_STREAMS} streams are shared already; unshare one first.`);
      }
      const stream = new OutgoingStream(this.#pool, share);
      this.#streams.set(share.label, stream);
      if (this.#media !== undefined) stream.place(this.#media);
    }
    this.#changed();
    return share.stream;
  }

  unshare(which: string | MediaStreamLike | { readonly label: string }): MediaStreamLike | undefined {
    const stream = findShare(this.#streams, which);
    if (stream === undefined) return undefined;
    this.#end(stream);
    this.#changed();
    return stream.share.stream;
  }

  /** What the remote is to show, as far as it has a section. */
  state(): MediaState {
    const streams = [...this.#streams.values()].flatMap((stream) => stream.describe() ?? []);
    return { n: ++this.#number, streams };
  }

  dispose(): void {
    this.#media = undefined;
    for (const stream of this.#streams.values()) stream.displace();
    for (const stream of Array.from(this.#streams.values())) this.#end(stream);
  }

  #end(stream: OutgoingStream): void {
    this.#streams.delete(stream.share.label);
    stream.end();
  }

  /** All that changes in one turn is told at once. */
  #changed(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (this.#media === undefined) return;
      if (this.#media.pending) this.#options.negotiate();
      else this.#options.sendState(this.state());
    });
  }
}

function noMedia(): PeerhoodError {
  return new PeerhoodError(
    "MEDIA_UNSUPPORTED",
    "This adapter carries no media, so nothing is shared with this remote. Use the adapter of a browser or of Node.",
  );
}
