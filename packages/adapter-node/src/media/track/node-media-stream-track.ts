import { randomUUID } from "node:crypto";
import { PeerhoodError, type Logger, type MediaKind, type MediaStreamTrackLike } from "@peerhood/core";
import { defaultLogger, systemClock } from "@peerhood/core/internal";
import { findCodec } from "../codecs/codec-list.js";
import type { Codec } from "../codecs/codec.js";
import { toBytes } from "../../payload.js";
import { CaptureTimeline } from "./capture-timeline.js";
import { createFrame, type EncodedFrame, type FrameInit } from "./encoded-frame.js";
import { frameStream } from "./frame-stream.js";
import { FrameSource, type FrameListener } from "./frame-source.js";
import { MediaEvents, type MediaEvent } from "./media-events.js";

export type TrackEventType = "ended" | "mute" | "unmute" | "keyframerequest";

export interface TrackInit {
  readonly kind: MediaKind;
  /** Of the frames that will be written: `"opus"`, `"VP8"`, `"VP9"`, `"H264"`, `"AV1"` or `"H265"`, also as `"video/VP8"`. */
  readonly codec: string;
  /** @default "" */
  readonly label?: string;
}

/** What a track that a connection makes is made of. */
export interface ReceivedTrackParts {
  readonly kind: MediaKind;
  readonly source: FrameSource;
  readonly logger: Logger;
}

/** Keeps the second constructor to this file. */
const RECEIVED = Symbol("received");

/**
 * A `MediaStreamTrack` (W3C Media Capture and Streams, section 4.3) of encoded frames. Made by the application it is a
 * source, into which frames are written; `keyframerequest` asks for a key frame. Of a remote it gives what arrives,
 * and can be shared with others as it is: nothing is decoded.
 */
export class NodeMediaStreamTrack implements MediaStreamTrackLike {
  readonly id: string = randomUUID();
  readonly kind: MediaKind;
  readonly label: string;
  readonly #parts: ReceivedTrackParts;
  /** Of a track that frames can be written to. */
  readonly #writer: { readonly codec: Codec; readonly timeline: CaptureTimeline } | undefined;
  readonly #events: MediaEvents<TrackEventType>;
  readonly #onEnd = new Set<() => void>();
  readonly #clones = new Set<NodeMediaStreamTrack>();
  #readyState: "live" | "ended" = "live";
  #enabled = true;
  #muted: boolean;

  /** @throws PeerhoodError `MEDIA_UNSUPPORTED`: no such codec here */
  constructor(init: TrackInit);
  constructor(init: ReceivedTrackParts & { readonly [RECEIVED]: true; readonly origin?: NodeMediaStreamTrack });
  constructor(
    init: TrackInit | (ReceivedTrackParts & { readonly [RECEIVED]: true; readonly origin?: NodeMediaStreamTrack }),
  ) {
    this.kind = init.kind;
    if (RECEIVED in init) {
      const { origin } = init;
      this.label = origin ? origin.label : "";
      this.#writer = origin ? origin.#writer : undefined;
      this.#muted = origin ? origin.#muted : true;
      this.#parts = init;
    } else {
      const codec = findCodec(init.codec);
      if (codec?.kind !== init.kind) throw unknownCodec(init);
      this.label = init.label ?? "";
      this.#writer = { codec, timeline: new CaptureTimeline(codec.clockRate) };
      this.#muted = false;
      const source = new FrameSource(systemClock.now, () => this.#events.emit("keyframerequest"));
      this.#parts = { kind: init.kind, source, logger: defaultLogger };
    }
    this.#events = new MediaEvents(this, this.#parts.logger);
  }

  get readyState(): "live" | "ended" {
    return this.#readyState;
  }

  /** No frame has come yet, or the remote sends none for the time being. */
  get muted(): boolean {
    return this.#muted;
  }

  /** While it is `false`, no frame passes: not to readers, not to remotes. */
  get enabled(): boolean {
    return this.#enabled;
  }

  set enabled(enabled: boolean) {
    const again = enabled && !this.#enabled;
    this.#enabled = enabled;
    if (again && this.kind === "video") this.requestKeyFrame();
  }

  /** The codec of the frames that are written, `"video/VP8"`; a remote's frames say it themselves. */
  get codec(): string | undefined {
    return this.#writer?.codec.mimeType;
  }

  /**
   * Sends a frame to all that this track is shared with, now: pacing is up to the writer. Once the track has ended it is
   * dropped.
   * @throws PeerhoodError `UNSUPPORTED_TRACK`: of a remote; `INVALID_ARGUMENT`: not a frame
   */
  writeFrame({ data, timestamp, type, captureTime }: FrameInit): void {
    if (!this.#writer) {
      throw new PeerhoodError(
        "UNSUPPORTED_TRACK",
        "This track is a remote's. Make one with a codec to write frames to.",
      );
    }
    if (!Number.isFinite(timestamp)) {
      throw new PeerhoodError(
        "INVALID_ARGUMENT",
        `The timestamp ${timestamp} of a frame is not a number of clock ticks.`,
      );
    }
    if (this.#readyState === "ended" || !this.#enabled) return;
    const { codec, timeline } = this.#writer;
    const now = systemClock.now();
    const captureMs = captureTime ?? timeline.at(timestamp, now);
    // A copy: the writer may use its buffer again.
    const bytes = new Uint8Array(toBytes(data));
    const rtpTimestamp = Math.trunc(timestamp) >>> 0;
    const frameType = type ?? (codec.isKeyFrame(bytes) ? "key" : "delta");
    const metadata = { mimeType: codec.mimeType, rtpTimestamp, captureTime: captureMs };
    this.#parts.source.deliver(createFrame(bytes, frameType, metadata), codec, captureMs);
  }

  /** Frames from now on, video from the next key frame. Each reader has its own; a slow one skips to a key frame. */
  frames(): ReadableStream<EncodedFrame> {
    return frameStream(this);
  }

  /** Asks the source for a key frame soon: a remote by RTCP, a writer in this process by `keyframerequest`. */
  requestKeyFrame(): void {
    if (this.#readyState === "live") this.#parts.source.requestKeyFrame();
  }

  /** A track with the same source and an `enabled` and an end of its own. */
  clone(): NodeMediaStreamTrack {
    const clone = new NodeMediaStreamTrack({ ...this.#parts, [RECEIVED]: true, origin: this });
    clone.#enabled = this.#enabled;
    if (this.#readyState === "ended") clone.stop();
    else this.#clones.add(clone);
    return clone;
  }

  /** Ends it for good, without the event. Its clones and what the remote sends go on. */
  stop(): void {
    if (this.#readyState === "ended") return;
    this.#readyState = "ended";
    for (const end of this.#onEnd) end();
    this.#onEnd.clear();
  }

  addEventListener(
    type: TrackEventType,
    listener: (event: MediaEvent<TrackEventType>) => unknown,
    options: { once?: boolean } = {},
  ): void {
    this.#events.add(type, listener, options.once);
  }

  removeEventListener(type: TrackEventType, listener: (event: MediaEvent<TrackEventType>) => unknown): void {
    this.#events.remove(type, listener);
  }

  /** For connections: every frame, in the call in which it comes, until the track ends. */
  subscribe(listener: FrameListener, onEnd: () => void = () => {}): () => void {
    if (this.#readyState === "ended") {
      onEnd();
      return () => {};
    }
    const unsubscribe = this.#parts.source.subscribe((frame) => {
      if (this.#enabled) listener(frame);
    });
    const ended = (): void => {
      unsubscribe();
      onEnd();
    };
    this.#onEnd.add(ended);
    return () => {
      this.#onEnd.delete(ended);
      unsubscribe();
    };
  }

  /** For connections: the remote is gone. */
  end(): void {
    for (const clone of this.#clones) clone.end();
    if (this.#readyState === "ended") return;
    this.stop();
    this.#events.emit("ended");
  }

  /** For connections. */
  setMuted(muted: boolean): void {
    for (const clone of this.#clones) clone.setMuted(muted);
    if (muted === this.#muted || this.#readyState === "ended") return;
    this.#muted = muted;
    this.#events.emit(muted ? "mute" : "unmute");
  }
}

export function createReceivedTrack(parts: ReceivedTrackParts): NodeMediaStreamTrack {
  return new NodeMediaStreamTrack({ ...parts, [RECEIVED]: true });
}

function unknownCodec({ kind, codec }: TrackInit): PeerhoodError {
  return new PeerhoodError(
    "MEDIA_UNSUPPORTED",
    `${JSON.stringify(codec)} is not a codec for ${kind} in Node. ` +
      'Use "opus" for audio, "VP8", "VP9", "H264", "AV1" or "H265" for video.',
  );
}
