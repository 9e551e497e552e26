import { isPeerhoodError, PeerhoodError, type MediaKind } from "@peerhood/core";
import type * as mediabunny from "mediabunny";
import type { EncodedPacket, EncodedPacketSink, Input, InputAudioTrack, InputVideoTrack } from "mediabunny";
import { MAX_CHECKED_PACKETS, OPUS_RATE, VIDEO_RATE } from "../constants.js";
import { isPlayableProfile, readAvcConfiguration, toAnnexB } from "./avc.js";
import { convertCommand } from "./convert-command.js";

type Bunny = typeof mediabunny;

/** One track of a file that can be played as it is. */
export interface FileTrack {
  readonly kind: MediaKind;
  /** As `NodeMediaStreamTrack` names it. */
  readonly codec: string;
  readonly clockRate: number;
  readonly packets: EncodedPacketSink;
  /** What goes over the network. */
  toFrame(packet: EncodedPacket): Uint8Array;
}

export interface OpenedFile {
  readonly tracks: readonly FileTrack[];
  /** Seconds of the first packet: Opus begins a little before 0. */
  readonly start: number;
  readonly end: number;
  close(): void;
}

/** Of one kind: what to play, or why that can not be. */
type Found = FileTrack | { readonly kind: MediaKind; readonly problem: string };

/** @throws PeerhoodError `UNSUPPORTED_CODEC`, `MEDIA_FILE_FAILED` */
export async function openFile(path: string, kinds: readonly MediaKind[]): Promise<OpenedFile> {
  const bunny: Bunny = await import("mediabunny");
  const input = new bunny.Input({ source: new bunny.FilePathSource(path), formats: bunny.ALL_FORMATS });
  try {
    const found = await readTracks(bunny, input, path, kinds);
    const tracks = found.map((one) => {
      if ("codec" in one) return one;
      const command = convertCommand(
        path,
        found.map((track) => ({ kind: track.kind, playable: "codec" in track })),
      );
      throw unsupported(path, one.problem, command);
    });
    const starts = await Promise.all(
      tracks.map(async ({ packets }) => (await packets.getFirstPacket())?.timestamp ?? 0),
    );
    return {
      tracks,
      start: Math.min(...starts),
      end: (await input.getDurationFromMetadata()) ?? (await input.computeDuration()),
      close: () => input.dispose(),
    };
  } catch (error) {
    input.dispose();
    throw isPeerhoodError(error) ? error : fileFailed(path, error);
  }
}

export function fileFailed(path: string, cause: unknown): PeerhoodError {
  return new PeerhoodError(
    "MEDIA_FILE_FAILED",
    `${path} can not be read: ${cause instanceof Error ? cause.message : cause}. See whether it is there and whole.`,
    { cause },
  );
}

async function readTracks(bunny: Bunny, input: Input, path: string, kinds: readonly MediaKind[]): Promise<Found[]> {
  try {
    await input.getFormat();
  } catch (error) {
    if (!(error instanceof bunny.UnsupportedInputFormatError)) throw error;
    throw unsupported(path, "it is in no container that is known here", convertCommand(path, []));
  }
  const [video, audio] = await Promise.all([input.getPrimaryVideoTrack(), input.getPrimaryAudioTrack()]);
  const found: Found[] = [];
  if (video && kinds.includes("video")) found.push(await readVideo(bunny, video));
  if (audio && kinds.includes("audio")) found.push(await readAudio(bunny, audio));
  if (found.length === 0) throw unsupported(path, `it has no ${kinds.join(" or ")}`, undefined);
  return found;
}

async function readAudio(bunny: Bunny, track: InputAudioTrack): Promise<Found> {
  const kind = "audio";
  const codec = await track.getCodec();
  if (codec !== "opus") return { kind, problem: `its sound is ${codec ?? "in an unknown codec"}, not Opus` };
  const channels = await track.getNumberOfChannels();
  if (channels > 2) return { kind, problem: `its sound has ${channels} channels, and browsers take two` };
  const packets = new bunny.EncodedPacketSink(track);
  return { kind, codec: "opus", clockRate: OPUS_RATE, packets, toFrame: ({ data }) => data };
}

async function readVideo(bunny: Bunny, track: InputVideoTrack): Promise<Found> {
  const kind = "video";
  const codec = await track.getCodec();
  const packets = new bunny.EncodedPacketSink(track);
  const playable = { kind, clockRate: VIDEO_RATE, packets, toFrame: ({ data }: EncodedPacket) => data } as const;
  if (codec === "vp8") return { ...playable, codec: "VP8" };
  if (codec === "vp9") {
    // vp09.PP…: only profile 0, which is 4:2:0 of 8 bits, is agreed on with browsers.
    const parameters = await track.getCodecParameterString();
    const profile = /^vp09\.(\d\d)/.exec(parameters ?? "")?.[1] ?? "00";
    return profile === "00" ? { ...playable, codec: "VP9" } : { kind, problem: `its VP9 is of profile ${profile}` };
  }
  if (codec !== "avc") return { kind, problem: `its video is ${codec ?? "in an unknown codec"}` };
  if (await hasReorderedFrames(packets)) return { kind, problem: "its H264 has B-frames, which WebRTC has no way for" };
  const { description } = (await track.getDecoderConfig()) ?? {};
  // Without a record the file has Annex B already.
  if (description === undefined) return { ...playable, codec: "H264" };
  const record = toBytes(description);
  const configuration = readAvcConfiguration(record);
  if (!configuration || !isPlayableProfile(record[1] ?? 0)) {
    return { kind, problem: `its H264 is of profile ${record[1]}, which browsers do not decode` };
  }
  return { ...playable, codec: "H264", toFrame: ({ data }) => toAnnexB(data, configuration) };
}

/** Encoders that make B-frames at all make them early. */
async function hasReorderedFrames(packets: EncodedPacketSink): Promise<boolean> {
  let latest = Number.NEGATIVE_INFINITY;
  let count = 0;
  for await (const { timestamp } of packets.packets(undefined, undefined, { metadataOnly: true })) {
    if (timestamp < latest) return true;
    latest = timestamp;
    if (++count === MAX_CHECKED_PACKETS) return false;
  }
  return false;
}

function toBytes(source: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

function unsupported(path: string, problem: string, command: string | undefined): PeerhoodError {
  return new PeerhoodError(
    "UNSUPPORTED_CODEC",
    `${path} can not be played without transcoding: ${problem}.${command ? ` Convert it once: ${command}` : ""}`,
  );
}
