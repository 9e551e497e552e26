import type { PeerEvents } from "../events.js";
import type { ConnectionMedia, CreateStream } from "./connection-media.js";
import { checkMediaState, type MediaState } from "./media-messages.js";
import type { MediaStreamLike, MediaStreamTrackLike } from "./media-types.js";

type MediaEventName = "stream:add" | "stream:remove" | "track:add" | "track:remove";

export interface IncomingMediaOptions {
  readonly createStream: CreateStream | undefined;
  readonly fire: <K extends MediaEventName>(name: K, fields: Omit<PeerEvents[K], "name" | "id" | "remote">) => unknown;
}

interface Received {
  readonly stream: MediaStreamLike;
  readonly tracks: Map<string, MediaStreamTrackLike>;
}

/**
 * What the remote shares: the labels that it told, joined to the tracks that the connection has for their mids. A label
 * is shown when all of its tracks are there, so it never appears with those of another.
 */
export class IncomingMedia {
  readonly #options: IncomingMediaOptions;
  /** By label. */
  readonly streams = new Map<string, MediaStreamLike>();
  readonly #received = new Map<string, Received>();
  #media: ConnectionMedia | undefined;
  #state: MediaState = { n: 0, streams: [] };

  constructor(options: IncomingMediaOptions) {
    this.#options = options;
  }

  /** The number of the state that is shown. */
  get shown(): number {
    return this.#state.n;
  }

  /** Of the connection that is up. What another one showed stays until its sender says under which mids it goes on. */
  attach(media: ConnectionMedia | undefined): void {
    this.#media = media;
  }

  /**
   * Takes what the remote told, if it is newer, and shows what has changed, by that or by a description since.
   * @throws PeerhoodError `PROTOCOL_ERROR`
   */
  update(told?: unknown): void {
    const state = told === undefined ? this.#state : checkMediaState(told);
    if (state.n >= this.#state.n) this.#state = state;
    const incoming = this.#media?.incoming ?? new Map<string, MediaStreamTrackLike>();
    const wanted = new Map(this.#state.streams.map(({ label, mids }) => [label, mids]));
    for (const label of Array.from(this.#received.keys())) if (!wanted.has(label)) this.#remove(label);
    for (const [label, mids] of wanted) {
      const tracks = new Map(
        mids.flatMap((mid) => {
          const track = incoming.get(mid);
          return track === undefined ? [] : [[mid, track] as const];
        }),
      );
      if (tracks.size === new Set(mids).size) this.#show(label, tracks);
    }
  }

  dispose(): void {
    this.#state = { n: Number.MAX_SAFE_INTEGER, streams: [] };
    for (const label of Array.from(this.#received.keys())) this.#remove(label);
  }

  #show(label: string, tracks: ReadonlyMap<string, MediaStreamTrackLike>): void {
    const { createStream, fire } = this.#options;
    let received = this.#received.get(label);
    if (received !== undefined) {
      for (const [mid, track] of Array.from(received.tracks))
        if (tracks.get(mid) !== track) this.#removeTrack(label, received, mid);
    } else {
      if (createStream === undefined) return;
      received = { stream: createStream(), tracks: new Map() };
      // Whoever plays it from within the listener finds its tracks.
      for (const track of tracks.values()) received.stream.addTrack(track);
      this.#received.set(label, received);
      this.streams.set(label, received.stream);
      fire("stream:add", { label, stream: received.stream });
    }
    const { stream } = received;
    for (const [mid, track] of tracks) {
      if (received.tracks.has(mid) || this.#received.get(label) !== received) continue;
      received.tracks.set(mid, track);
      stream.addTrack(track);
      fire("track:add", { label, stream, track });
    }
  }

  #remove(label: string): void {
    const received = this.#received.get(label);
    if (received === undefined) return;
    for (const mid of Array.from(received.tracks.keys())) this.#removeTrack(label, received, mid);
    this.#received.delete(label);
    this.streams.delete(label);
    this.#options.fire("stream:remove", { label, stream: received.stream });
  }

  #removeTrack(label: string, { stream, tracks }: Received, mid: string): void {
    const track = tracks.get(mid);
    if (track === undefined) return;
    tracks.delete(mid);
    stream.removeTrack(track);
    this.#options.fire("track:remove", { label, stream, track });
  }
}
