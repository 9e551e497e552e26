import { PeerhoodError } from "../errors.js";
import { MAX_LABEL_BYTES, MAX_TRACKS } from "./constants.js";
import { isLabel } from "./media-messages.js";
import type { MediaKind, MediaParameters, MediaStreamLike, MediaStreamTrackLike } from "./media-types.js";

export interface ShareOptions {
  readonly stream: MediaStreamLike;
  /** 1 to 1,024 bytes in UTF-8. @default the stream's id */
  readonly label?: string;
  /** Tracks are stopped when they are no longer shared with anybody. @default false: they are the application's */
  readonly managed?: boolean;
  readonly audioParameters?: MediaParameters;
  readonly videoParameters?: MediaParameters;
}

/** What is shared under one label. */
export interface Share {
  readonly label: string;
  readonly stream: MediaStreamLike;
  readonly managed: boolean;
  readonly parameters: Readonly<Record<MediaKind, MediaParameters>>;
}

/** @throws PeerhoodError `INVALID_ARGUMENT`, `INVALID_LABEL` */
export function normalizeShare(shared: MediaStreamLike | ShareOptions): Share {
  const options: ShareOptions = isStream(shared) ? { stream: shared } : shared;
  const { stream, managed = false, audioParameters = {}, videoParameters = {} } = options ?? {};
  if (!isStream(stream)) {
    throw new PeerhoodError(
      "INVALID_ARGUMENT",
      "share needs a MediaStream: share(stream) or share({ label, stream }).",
    );
  }
  const label = options.label ?? stream.id;
  if (!isLabel(label)) {
    throw new PeerhoodError("INVALID_LABEL", `A stream's label is a string of 1 to ${MAX_LABEL_BYTES} bytes in UTF-8.`);
  }
  if (stream.getTracks().length > MAX_TRACKS) {
    throw new PeerhoodError("INVALID_ARGUMENT", `A shared stream has at most ${MAX_TRACKS} tracks; share several.`);
  }
  return {
    label,
    stream,
    managed,
    parameters: { audio: checkParameters(audioParameters), video: checkParameters(videoParameters) },
  };
}

/** The share that is meant, by label or by its stream. */
export function findShare<T extends { readonly share: Share }>(
  shares: ReadonlyMap<string, T>,
  which: string | MediaStreamLike | { readonly label: string },
): T | undefined {
  if (typeof which === "string") return shares.get(which);
  if (!isStream(which)) return shares.get(which.label);
  for (const one of shares.values()) if (one.share.stream === which) return one;
  return shares.get(which.id);
}

/** Tracks that can be sent; one that has ended is as good as gone. */
export function liveTracks(stream: MediaStreamLike): MediaStreamTrackLike[] {
  return stream.getTracks().filter(({ readyState }) => readyState === "live");
}

export function kindOf(track: MediaStreamTrackLike): MediaKind {
  return track.kind === "audio" ? "audio" : "video";
}

function isStream(value: unknown): value is MediaStreamLike {
  return typeof (value as Partial<MediaStreamLike> | undefined)?.getTracks === "function";
}

const PRIORITIES: ReadonlySet<unknown> = new Set(["very-low", "low", "medium", "high", undefined]);

function checkParameters(parameters: MediaParameters): MediaParameters {
  const { maxBitrate, maxFramerate, scaleResolutionDownBy, priority } = parameters;
  const isNumber = (value: unknown, least: number): boolean =>
    value === undefined || (typeof value === "number" && value >= least && Number.isFinite(value));
  const fits =
    isNumber(maxBitrate, 1) &&
    isNumber(maxFramerate, 0) &&
    isNumber(scaleResolutionDownBy, 1) &&
    PRIORITIES.has(priority);
  if (fits) return parameters;
  throw new PeerhoodError(
    "INVALID_ARGUMENT",
    "Parameters of media are maxBitrate in bits per second, maxFramerate, scaleResolutionDownBy of at least 1, and " +
      'priority "very-low", "low", "medium" or "high".',
  );
}
