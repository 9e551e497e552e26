import type { Codec } from "../codecs/codec.js";
import { KEY_FRAME_INTERVAL_MS, MAX_PAYLOAD_BYTES } from "../constants.js";
import { packetsOf } from "../rtp/rtp-packet.js";
import type { EncodedFrame } from "./encoded-frame.js";

/** A frame on its way from where it comes from to the tracks that show it. */
export interface SourceFrame {
  readonly frame: EncodedFrame;
  readonly codec: Codec;
  /** When it was captured, as well as known; milliseconds of the clock. */
  readonly captureMs: number;
  /** Its RTP packets: cut once, however many connections send it, each of which writes its own headers. */
  packets(): readonly Buffer[];
}

export type FrameListener = (frame: SourceFrame) => void;

/** Where the frames of a track and of its clones come from: a writer in this process, or a remote. */
export class FrameSource {
  readonly #listeners = new Set<FrameListener>();
  readonly #now: () => number;
  readonly #onKeyFrameRequest: () => void;
  readonly #onInUse: (inUse: boolean) => void;
  #requestedAtMs = Number.NEGATIVE_INFINITY;

  constructor(now: () => number, onKeyFrameRequest: () => void, onInUse: (inUse: boolean) => void = () => {}) {
    this.#now = now;
    this.#onKeyFrameRequest = onKeyFrameRequest;
    this.#onInUse = onInUse;
  }

  subscribe(listener: FrameListener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#onInUse(true);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#onInUse(false);
    };
  }

  /** Passed on at most once in 300 ms: many who ask at once get one key frame. */
  requestKeyFrame(): void {
    const now = this.#now();
    if (now - this.#requestedAtMs < KEY_FRAME_INTERVAL_MS) return;
    this.#requestedAtMs = now;
    this.#onKeyFrameRequest();
  }

  deliver(frame: EncodedFrame, codec: Codec, captureMs: number): void {
    let cut: readonly Buffer[] | undefined;
    const packets = (): readonly Buffer[] =>
      (cut ??= packetsOf(codec.packetize(new Uint8Array(frame.data), frame.type === "key", MAX_PAYLOAD_BYTES)));
    const given: SourceFrame = { frame, codec, captureMs, packets };
    for (const listener of this.#listeners) listener(given);
  }
}
