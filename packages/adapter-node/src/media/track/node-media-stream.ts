import { randomUUID } from "node:crypto";
import { PeerhoodError, type MediaStreamLike, type MediaStreamTrackLike } from "@peerhood/core";
import { defaultLogger } from "@peerhood/core/internal";
import { MediaEvents, type MediaEvent } from "./media-events.js";
import { NodeMediaStreamTrack } from "./node-media-stream-track.js";

export type StreamEventType = "addtrack" | "removetrack";

/** A `MediaStream` (W3C Media Capture and Streams, section 4.2): a set of tracks. */
export class NodeMediaStream implements MediaStreamLike {
  readonly id: string = randomUUID();
  readonly #tracks = new Map<string, NodeMediaStreamTrack>();
  readonly #events = new MediaEvents<StreamEventType>(this, defaultLogger);

  /** @throws PeerhoodError `UNSUPPORTED_TRACK` */
  constructor(tracks: Iterable<MediaStreamTrackLike> | NodeMediaStream = []) {
    for (const track of tracks instanceof NodeMediaStream ? tracks.getTracks() : tracks) this.addTrack(track);
  }

  get active(): boolean {
    return this.getTracks().some(({ readyState }) => readyState === "live");
  }

  getTracks(): NodeMediaStreamTrack[] {
    return [...this.#tracks.values()];
  }

  getAudioTracks(): NodeMediaStreamTrack[] {
    return this.getTracks().filter(({ kind }) => kind === "audio");
  }

  getVideoTracks(): NodeMediaStreamTrack[] {
    return this.getTracks().filter(({ kind }) => kind === "video");
  }

  getTrackById(id: string): NodeMediaStreamTrack | null {
    return this.#tracks.get(id) ?? null;
  }

  /** @throws PeerhoodError `UNSUPPORTED_TRACK` for what is no {@link NodeMediaStreamTrack} */
  addTrack(track: MediaStreamTrackLike): void {
    if (this.#tracks.has(track.id)) return;
    this.#tracks.set(track.id, toNodeTrack(track));
    this.#events.emit("addtrack");
  }

  removeTrack(track: MediaStreamTrackLike): void {
    if (this.#tracks.delete(track.id)) this.#events.emit("removetrack");
  }

  /** A stream of clones. */
  clone(): NodeMediaStream {
    return new NodeMediaStream(this.getTracks().map((track) => track.clone()));
  }

  /** Unlike in browsers, also of what the application itself adds and removes. */
  addEventListener(
    type: StreamEventType,
    listener: (event: MediaEvent<StreamEventType>) => unknown,
    options: { once?: boolean } = {},
  ): void {
    this.#events.add(type, listener, options.once);
  }

  removeEventListener(type: StreamEventType, listener: (event: MediaEvent<StreamEventType>) => unknown): void {
    this.#events.remove(type, listener);
  }
}

/** @throws PeerhoodError `UNSUPPORTED_TRACK` */
export function toNodeTrack(track: MediaStreamTrackLike): NodeMediaStreamTrack {
  if (track instanceof NodeMediaStreamTrack) return track;
  throw new PeerhoodError(
    "UNSUPPORTED_TRACK",
    "A track in Node is a NodeMediaStreamTrack: make one with a kind and a codec and write frames to it, " +
      "or share one that a remote shares.",
  );
}
