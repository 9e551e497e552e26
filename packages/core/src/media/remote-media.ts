import { PeerhoodError, toPeerhoodError } from "../errors.js";
import type { ConnectionMedia } from "./connection-media.js";
import { IncomingMedia, type IncomingMediaOptions } from "./incoming-media.js";
import { checkShown, type MediaMessage, type MediaState } from "./media-messages.js";
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
  #disposed = false;

  constructor(options: RemoteMediaOptions) {
    this.#options = options;
    this.#outgoing = new OutgoingMedia(options);
    this.#incoming = new IncomingMedia(options);
  }

  /** What the remote shares, by label. */
  get streams(): ReadonlyMap<string, MediaStreamLike> {
    return this.#incoming.streams;
  }

  /** @throws PeerhoodError `INVALID_ARGUMENT`, `INVALID_LABEL`, `CONNECTION_CLOSED` */
  share(shared: MediaStreamLike | ShareOptions): MediaStreamLike {
    if (this.#disposed) {
      throw new PeerhoodError("CONNECTION_CLOSED", "This remote is gone; share with the RemotePeer that it has now.");
    }
    return this.#outgoing.share(normalizeShare(shared));
  }

  unshare(which: string | MediaStreamLike | { readonly label: string }): MediaStreamLike | undefined {
    return this.#outgoing.unshare(which);
  }

  /**
   * A connection is up, the first or one that takes another's place: what is shared goes over it, and the streams of the
   * remote stay, with other tracks in them.
   */
  attach(media: ConnectionMedia | undefined): void {
    this.#attached = true;
    this.#incoming.attach(media);
    this.#outgoing.attach(media);
  }

  /** The connection is gone, and another may come. To be called before the descriptions of that one are made. */
  detach(): void {
    this.#attached = false;
    this.#incoming.attach(undefined);
    this.#outgoing.detach();
  }

  /** What goes along with a description of this side; nothing before the control channel is up. */
  describe(): MediaState | undefined {
    return this.#attached ? this.#outgoing.state() : undefined;
  }

  /** Takes what the remote shares, as it told it, alone or with a description that is set by now. */
  receive(state: unknown): void {
    if (this.#disposed) return;
    this.#check(() => {
      this.#incoming.update(state);
      // A listener may have ended it.
      if (!this.#disposed) this.#options.tell({ shown: this.#incoming.shown });
    });
  }

  /** Takes what came over the control channel. */
  receiveMessage({ media, shown }: MediaMessage): void {
    if (media !== undefined) this.receive(media);
    if (shown !== undefined) this.#check(() => this.#outgoing.onShown(checkShown(shown)));
  }

  #check(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#options.onViolation(toPeerhoodError(error, "PROTOCOL_ERROR", "The remote broke the protocol of media."));
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#outgoing.dispose();
    this.#incoming.dispose();
  }
}
