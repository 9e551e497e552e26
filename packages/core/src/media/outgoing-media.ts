import { PeerhoodError, toPeerhoodError } from "../errors.js";
import type { ConnectionMedia, MediaSender } from "./connection-media.js";
import { MAX_STREAMS } from "./constants.js";
import type { MediaMessage, MediaState } from "./media-messages.js";
import type { MediaStreamLike } from "./media-types.js";
import { OutgoingStream, type SenderPool } from "./outgoing-stream.js";
import { findShare, type Share } from "./share-options.js";
import type { TrackLedger } from "./track-ledger.js";

export interface OutgoingMediaOptions {
  readonly ledger: TrackLedger;
  /** Descriptions have to be exchanged; they take the state along. */
  readonly negotiate: () => void;
  /** Says it to the remote, where no description is needed. */
  readonly tell: (message: MediaMessage) => void;
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

  /** A connection is up, the first or another one: everything that is shared goes over it. */
  attach(media: ConnectionMedia | undefined): void {
    this.detach();
    this.#media = media;
    // What was unshared while there was no connection has to be told as well.
    if (this.#streams.size === 0 && this.#number === 0) return;
    if (media === undefined) return this.#options.onError(noMedia());
    for (const stream of this.#streams.values()) stream.place(media);
    this.#changed();
  }

  /** The connection is gone: what is shared waits for the next. */
  detach(): void {
    this.#media = undefined;
    this.#pool.parked.clear();
    for (const stream of this.#streams.values()) stream.displace();
  }

  /** The remote shows state `n`. */
  onShown(n: number): void {
    for (const stream of this.#streams.values()) stream.onShown(n);
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
    const n = ++this.#number;
    return { n, streams: [...this.#streams.values()].flatMap((stream) => stream.describe(n) ?? []) };
  }

  dispose(): void {
    this.detach();
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
      else this.#options.tell({ media: this.state() });
    });
  }
}

function noMedia(): PeerhoodError {
  return new PeerhoodError(
    "MEDIA_UNSUPPORTED",
    "This adapter carries no media, so nothing is shared with this remote. Use the adapter of a browser or of Node.",
  );
}
