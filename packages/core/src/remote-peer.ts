// Symbol.asyncDispose, also for whoever compiles against the declarations with lib ES2022.
/// <reference lib="esnext.disposable" preserve="true" />
import type { ConnectionStats } from "./adapter.js";
import type { OpenOptions } from "./channel/channel-options.js";
import type { DataChannelLike } from "./channel/data-channel-like.js";
import type { Transfer } from "./channel/transfer/index.js";
import type { MediaStreamLike } from "./media/media-types.js";
import type { ShareOptions } from "./media/share-options.js";
import type { PeerEvents, RemoteState } from "./events.js";
import type { Reply, RequestOptions } from "./request/outgoing-request.js";
import type { Fingerprint } from "./sealing/fingerprint.js";
import { Emitter } from "./util/emitter.js";

export interface SendOptions {
  /** Label of the channel. @default "default" */
  readonly label?: string;
  /** Any JSON value that travels with the message, up to 48 KiB as JSON. */
  readonly info?: unknown;
  /** Aborts the transfer on both sides. */
  readonly signal?: AbortSignal;
}

/** Statistics of the connection to one remote; the same shape in every runtime. */
export interface RemoteStats extends ConnectionStats {
  /** Bits per second since the call before, by any caller; absent at the first one. */
  readonly bitrateSent?: number;
  readonly bitrateReceived?: number;
  /** Share of packets that were lost since the call before, 0 to 1; absent where no packets are told of, or none went. */
  readonly loss?: number;
  /** Whether a TURN server is in between; absent until a candidate pair is selected. */
  readonly relayed?: boolean;
}

export interface RemotePeerJson {
  readonly id: string;
  readonly room: string;
  readonly metadata: unknown;
  readonly state: RemoteState;
  /** Labels of open channels. */
  readonly channels: string[];
  readonly streams: string[];
}

/** What stands behind a RemotePeer; the session supplies it. */
export interface RemotePeerBackend {
  readonly id: string;
  readonly room: string;
  readonly metadata: unknown;
  readonly state: RemoteState;
  readonly connection: unknown;
  readonly fingerprint: Fingerprint;
  readonly channels: ReadonlyMap<string, DataChannelLike>;
  readonly media: {
    readonly streams: ReadonlyMap<string, MediaStreamLike>;
    share(shared: MediaStreamLike | ShareOptions): MediaStreamLike;
    unshare(which: string | MediaStreamLike | { readonly label: string }): MediaStreamLike | undefined;
  };
  open(channel: string | OpenOptions): Promise<void>;
  close(label: string): Promise<void>;
  send(message: unknown, options: SendOptions): Transfer;
  readonly requests: {
    request<T>(method: string, payload: unknown, options: RequestOptions): Reply<T>;
  };
  stats(): Promise<RemoteStats>;
  dispose(): Promise<void>;
  /** Each event, after the listeners of the remote itself. Returns whether somebody listens there. */
  relay<K extends keyof PeerEvents & string>(name: K, event: PeerEvents[K]): boolean;
  listenerFailed(error: unknown, name: string): void;
}

/** One remote member of the room. Made by the Peer only; outlives its WebRTC connection. */
export class RemotePeer extends Emitter<PeerEvents> {
  readonly #backend: RemotePeerBackend;

  /** @internal */
  constructor(backend: RemotePeerBackend) {
    super((error, name) => backend.listenerFailed(error, name));
    this.#backend = backend;
  }

  get id(): string {
    return this.#backend.id;
  }

  get room(): string {
    return this.#backend.room;
  }

  /** What it advertises: any JSON value. */
  get metadata(): unknown {
    return this.#backend.metadata;
  }

  get state(): RemoteState {
    return this.#backend.state;
  }

  /** `RTCPeerConnection` in a browser, node-datachannel's `PeerConnection` in Node; `undefined` while there is none. */
  get connection(): unknown {
    return this.#backend.connection;
  }

  /**
   * Words and emoji that are the same on both ends of this pair and on no other's: two people who compare them, aloud or by
   * eye, know that nobody stands between them. The words and the emoji say the same; either will do.
   *
   * ```ts
   * console.log(remote.fingerprint.words, remote.fingerprint.emoji);
   * ```
   */
  get fingerprint(): Fingerprint {
    return this.#backend.fingerprint;
  }

  /** Data channels by label, those included that are not open yet or any more. */
  get channels(): ReadonlyMap<string, DataChannelLike> {
    return this.#backend.channels;
  }

  /**
   * Opens a labelled channel, or takes the one that is open already; resolves when it can send.
   * @throws PeerhoodError `CHANNEL_OPTIONS_MISMATCH`, `CHANNEL_LIMIT`, `CHANNEL_TIMEOUT`, `CONNECTION_CLOSED`,
   * `INVALID_LABEL`, `INVALID_ARGUMENT`
   */
  open(channel: string | OpenOptions): Promise<void> {
    return this.#backend.open(channel);
  }

  /** Closes that channel on both sides, after what was queued has gone out. No such channel: resolves at once. */
  close(label: string): Promise<void> {
    return this.#backend.close(label);
  }

  /**
   * Sends a message of any kind and size. Await the result to know that the remote holds all of it, iterate it for
   * progress, or drop it: a failure that nobody awaits is a `channel:error`.
   * @param options label of the channel, or options. Without a label the channel `default` is opened if need be;
   * other channels are waited for.
   */
  send(message: unknown, options: string | SendOptions = {}): Transfer {
    return this.#backend.send(message, typeof options === "string" ? { label: options } : options);
  }

  /**
   * Asks the remote's handler of that method, see `Peer.respond`. Await the result for the whole reply, or take its
   * `stream` in the same turn for the reply's bytes as they come. Requests never wait for each other.
   *
   * ```ts
   * const sum = await remote.request<number>("sum", [1, 2]);
   * ```
   * Rejects with a PeerhoodError: `NO_RESPONDER`, `REQUEST_FAILED` (the handler threw; `remoteCode`), `REQUEST_TIMEOUT`,
   * `TOO_MANY_REQUESTS`, `ABORTED`, `MESSAGE_TOO_LARGE`, `UNSUPPORTED_PAYLOAD`, `CONNECTION_CLOSED`, or what `send`
   * rejects with.
   * @param payload what `send` takes, or nothing
   */
  request<T = unknown>(method: string, payload?: unknown, options: RequestOptions = {}): Reply<T> {
    return this.#backend.requests.request<T>(method, payload, options);
  }

  /** Streams that the remote shares, by label. */
  get streams(): ReadonlyMap<string, MediaStreamLike> {
    return this.#backend.media.streams;
  }

  /**
   * Shares a stream with this remote, or updates the one of that label: only tracks that differ are added, removed or
   * replaced, and one that takes the place of another of its kind needs no negotiation. The remote gets `stream:add` and
   * `track:add`. What goes wrong later, as a track that can not be sent, is an `error` event. Returns the stream.
   * @throws PeerhoodError `INVALID_ARGUMENT`, `INVALID_LABEL`; `CONNECTION_CLOSED` when the remote is gone
   */
  share(shared: MediaStreamLike | ShareOptions): MediaStreamLike {
    return this.#backend.media.share(shared);
  }

  /** Stops sharing with this remote; returns that stream, or `undefined` if there is none. */
  unshare(which: string | MediaStreamLike | { readonly label: string }): MediaStreamLike | undefined {
    return this.#backend.media.unshare(which);
  }

  stats(): Promise<RemoteStats> {
    return this.#backend.stats();
  }

  /** Closes the connection to this remote and frees everything. It is not met again until one of both rejoins. */
  dispose(): Promise<void> {
    return this.#backend.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  override emit<K extends keyof PeerEvents & string>(name: K, event: PeerEvents[K]): boolean {
    const heard = super.emit(name, event);
    return this.#backend.relay(name, event) || heard;
  }

  toJSON(): RemotePeerJson {
    const { id, room, metadata, state, channels, streams } = this;
    return { id, room, metadata, state, channels: [...channels.keys()], streams: [...streams.keys()] };
  }
}
