import { toPeerhoodError, type PeerhoodError } from "../errors.js";
import type { ConnectionMedia } from "./connection-media.js";
import { IncomingMedia, type IncomingMediaOptions } from "./incoming-media.js";
import type { MediaState } from "./media-messages.js";
import type { MediaStreamLike } from "./media-types.js";
import { OutgoingMedia, type OutgoingMediaOptions } from "./outgoing-media.js";
import { normalizeShare, type ShareOptions } from "./share-options.js";

export interface RemoteMediaOptions extends OutgoingMediaOptions, IncomingMediaOptions {
  readonly onViolation: (error: PeerhoodError) => void;
}

/** Media with one remote, in both directions. */
export class RemoteMedia {
  readonly #options: RemoteMediaOptions;
  readonly #outgoing: OutgoingMedia;
  readonly #incoming: IncomingMedia;
  #attached = false;

  constructor(options: RemoteMediaOptions) {
    this.#options = options;
    this.#outgoing = new OutgoingMedia(options);
    this.#incoming = new IncomingMedia(options);
  }

  /** What the remote shares, by label. */
  get streams(): ReadonlyMap<string, MediaStreamLike> {
    return this.#incoming.streams;
  }

  /** @throws PeerhoodError `INVALID_ARGUMENT`, `INVALID_LABEL` */
  share(shared: MediaStreamLike | ShareOptions): MediaStreamLike {
    return this.#outgoing.share(normalizeShare(shared));
  }

  unshare(which: string | MediaStreamLike | { readonly label: string }): MediaStreamLike | undefined {
    return this.#outgoing.unshare(which);
  }

  /** A connection is up. */
  attach(media: ConnectionMedia | undefined): void {
    this.#attached = true;
    this.#incoming.attach(media);
    this.#outgoing.attach(media);
  }

  /** What goes along with a description of this side; nothing before the control channel is up. */
  describe(): MediaState | undefined {
    return this.#attached ? this.#outgoing.state() : undefined;
  }

  /** Takes what the remote told, alone or with a description that is set by now. */
  receive(state: unknown): void {
    try {
      this.#incoming.update(state);
    } catch (error) {
      this.#options.onViolation(toPeerhoodError(error, "PROTOCOL_ERROR", "The remote broke the protocol of media."));
    }
  }

  dispose(): void {
    this.#outgoing.dispose();
    this.#incoming.dispose();
  }
}
