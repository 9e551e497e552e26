import {
  PeerhoodError,
  type MediaKind,
  type MediaParameters,
  type MediaSender,
  type MediaStreamTrackLike,
} from "@peerhood/core";
import type { Codec } from "../codecs/codec.js";
import type { SourceFrame } from "../track/frame-source.js";
import type { NodeMediaStreamTrack } from "../track/node-media-stream-track.js";
import { toNodeTrack } from "../track/node-media-stream.js";
import { RtpSender, type RtpSenderParts } from "./rtp-sender.js";

/** Sends the frames of a track in a section, in whichever codec they are and the remote takes. */
export class NodeMediaSender implements MediaSender {
  readonly kind: MediaKind;
  readonly ssrc: number;
  readonly rtp: RtpSender;
  /** Of the section that it has. */
  mid: string | undefined;
  #track: NodeMediaStreamTrack | null = null;
  #unsubscribe = (): void => {};
  #payloadTypes: ReadonlyMap<Codec, number> | undefined;
  #waitsForKey = false;
  readonly #onUnsupported: (error: PeerhoodError) => void;
  readonly #told = new Set<Codec>();

  constructor(kind: MediaKind, parts: RtpSenderParts, onUnsupported: (error: PeerhoodError) => void) {
    this.kind = kind;
    this.ssrc = parts.ssrc;
    this.rtp = new RtpSender(parts);
    this.#onUnsupported = onUnsupported;
  }

  /** Under which numbers the remote takes frames from now on; `undefined`: it takes none. */
  setPayloadTypes(payloadTypes: ReadonlyMap<Codec, number> | undefined): void {
    const began = payloadTypes && !this.#payloadTypes;
    this.#payloadTypes = payloadTypes;
    if (began) this.#begin();
  }

  async replaceTrack(track: MediaStreamTrackLike | null): Promise<void> {
    const next = track && toNodeTrack(track);
    if (next && next.kind !== this.kind) {
      throw new PeerhoodError("UNSUPPORTED_TRACK", `A track of ${next.kind} can not be sent in place of ${this.kind}.`);
    }
    if (next === this.#track) return;
    this.#checkCodec(next);
    this.#unsubscribe();
    this.#track = next;
    this.rtp.sourceChanged();
    this.#unsubscribe = next ? next.subscribe(this.#send) : () => {};
    this.#begin();
  }

  /** Nothing is encoded here, so there is nothing to set. */
  async setParameters(_parameters: MediaParameters): Promise<void> {}

  requestKeyFrame(): void {
    this.#track?.requestKeyFrame();
  }

  close(): void {
    this.#unsubscribe();
    this.#track = null;
    this.#payloadTypes = undefined;
  }

  /** Receivers can do nothing with video before its first key frame. */
  #begin(): void {
    this.#waitsForKey = this.kind === "video";
    if (this.#waitsForKey && this.#payloadTypes) this.requestKeyFrame();
  }

  readonly #send = (frame: SourceFrame): void => {
    if (!this.#payloadTypes) return;
    const payloadType = this.#payloadTypes.get(frame.codec);
    if (payloadType === undefined) return this.#tellUnsupported(frame.codec);
    // Again with each frame: the first request may have been lost, or come too soon after another.
    if (this.#waitsForKey && frame.frame.type !== "key") return this.requestKeyFrame();
    this.#waitsForKey = false;
    this.rtp.sendFrame(frame, payloadType);
  };

  /** @throws PeerhoodError `MEDIA_UNSUPPORTED` where it is known already */
  #checkCodec(track: NodeMediaStreamTrack | null): void {
    if (!track?.codec || !this.#payloadTypes) return;
    const taken = [...this.#payloadTypes.keys()];
    if (!taken.some(({ mimeType }) => mimeType === track.codec)) throw unsupported(track.codec, taken);
  }

  #tellUnsupported(codec: Codec): void {
    if (this.#told.has(codec)) return;
    this.#told.add(codec);
    this.#onUnsupported(unsupported(codec.mimeType, [...(this.#payloadTypes?.keys() ?? [])]));
  }
}

function unsupported(mimeType: string, taken: readonly Codec[]): PeerhoodError {
  const names = taken.map(({ mimeType }) => mimeType).join(", ") || "no codec that is known here";
  return new PeerhoodError(
    "MEDIA_UNSUPPORTED",
    `The remote does not take ${mimeType}; it takes ${names}. Nothing is transcoded in Node: give it a track in one of those.`,
  );
}
