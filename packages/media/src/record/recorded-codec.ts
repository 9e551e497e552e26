import type { EncodedFrame } from "@peerhood/adapter-node";
import { OPUS_RATE, VIDEO_RATE } from "../constants.js";
import { createOpusHead } from "../opus/opus-head.js";
import { opusChannels } from "../opus/opus-packet.js";
import { readH264 } from "./h264-size.js";

/** What a container has to know of a track, from its first frame. */
export type RecordedCodec =
  | { readonly kind: "audio"; readonly name: "opus"; readonly clockRate: number; readonly config: AudioConfig }
  | {
      readonly kind: "video";
      readonly name: "vp8" | "vp9" | "avc";
      readonly clockRate: number;
      readonly config: VideoConfig;
    };

interface AudioConfig {
  readonly codec: string;
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  readonly description: Uint8Array<ArrayBuffer>;
}

interface VideoConfig {
  readonly codec: string;
  readonly codedWidth: number;
  readonly codedHeight: number;
}

/** `undefined`: this frame does not tell, or no file holds what is in it. */
export function readCodec(frame: EncodedFrame): RecordedCodec | undefined {
  const data = new Uint8Array(frame.data);
  switch (frame.getMetadata().mimeType) {
    case "audio/opus": {
      const numberOfChannels = opusChannels(data);
      const description = createOpusHead(numberOfChannels);
      const config = { codec: "opus", sampleRate: OPUS_RATE, numberOfChannels, description };
      return { kind: "audio", name: "opus", clockRate: OPUS_RATE, config };
    }
    case "video/VP8":
      return video("vp8", "vp8", readVp8(data));
    case "video/VP9":
      return video("vp9", "vp09.00.10.08", readVp9(data));
    case "video/H264": {
      const read = readH264(data);
      return video("avc", read?.codec ?? "", read);
    }
    default:
      return undefined;
  }
}

function video(
  name: "vp8" | "vp9" | "avc",
  codec: string,
  size: { width: number; height: number } | undefined,
): RecordedCodec | undefined {
  if (!size || size.width < 1 || size.height < 1) return undefined;
  const config = { codec, codedWidth: size.width, codedHeight: size.height };
  return { kind: "video", name, clockRate: VIDEO_RATE, config };
}

/** RFC 6386 section 9.1: behind the start code of a key frame, 14 bits each. */
function readVp8(frame: Uint8Array): { width: number; height: number } | undefined {
  if (frame.length < 10 || ((frame[0] ?? 1) & 1) === 1) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}

/** VP9 bitstream section 6.2, profile 0: a byte of flags, the sync code, 4 bits of color, 16 bits each less one. */
function readVp9(frame: Uint8Array): { width: number; height: number } | undefined {
  if (frame.length < 10 || frame[1] !== 0x49 || frame[2] !== 0x83 || frame[3] !== 0x42) return undefined;
  const bits = (at: number): number =>
    ((frame[at] ?? 0) & 0x0f) * 4_096 + (frame[at + 1] ?? 0) * 16 + ((frame[at + 2] ?? 0) >> 4);
  return { width: bits(4) + 1, height: bits(6) + 1 };
}
