import { PeerhoodError, type Clock, type MediaStreamLike } from "@peerhood/core";
import { systemClock } from "@peerhood/core/internal";
import { DEFAULT_START_MS } from "../constants.js";
import { tracksOf } from "../tracks-of.js";
import { extensionOf, holdsVideo } from "./container.js";
import type { Recording } from "./recording.js";
import { TrackInput } from "./track-input.js";
import { TrackRecording } from "./track-recording.js";

export interface RecordOptions {
  /** `false` leaves sound out. @default true */
  readonly audio?: boolean;
  /** `false` leaves video out. @default true, where the container holds it */
  readonly video?: boolean;
  /** Milliseconds from the first track's first frame for which the others are waited for. @default 3,000 */
  readonly startTimeoutMs?: number;
  /** Stops it. */
  readonly signal?: AbortSignal;
  /** Tests pass a virtual one. */
  readonly clock?: Clock;
}

/**
 * Records streams to one file, as they are: `.webm` (VP8, VP9, Opus), `.mp4` or `.mkv` (those and H264), `.ogg` (sound
 * alone). Several streams are several tracks of the file, in step with each other; a container wants all of its tracks
 * at its beginning, so whoever comes later is recorded to another file.
 *
 *     const recording = record([...remote.streams.values()], "meeting.webm");
 *     const { seconds } = await recording.stop();
 *
 * @throws PeerhoodError `INVALID_ARGUMENT`: the path does not say which container; `UNSUPPORTED_TRACK`: there is nothing
 * to record in the streams
 */
export function record(
  streams: MediaStreamLike | readonly MediaStreamLike[],
  path: string,
  options: RecordOptions = {},
): Recording {
  const { audio = true, startTimeoutMs = DEFAULT_START_MS, signal, clock = systemClock } = options;
  const extension = extensionOf(path);
  const { video = holdsVideo(extension) } = options;
  if (video && !holdsVideo(extension)) {
    throw new PeerhoodError("INVALID_ARGUMENT", `A .${extension} file holds no video. Record to .webm, .mkv or .mp4.`);
  }
  const all = (Array.isArray(streams) ? (streams as readonly MediaStreamLike[]) : [streams as MediaStreamLike]).flatMap(
    (stream) => tracksOf(stream),
  );
  const wanted = [...new Set(all)].filter(({ kind }) => (kind === "audio" ? audio : video));
  if (wanted.length === 0) {
    throw new PeerhoodError("UNSUPPORTED_TRACK", `There is nothing in these streams to record to ${path}.`);
  }
  const inputs = wanted.map((track) => new TrackInput(track, clock));
  const recording = new TrackRecording({ path, inputs, startTimeoutMs, clock });
  const onAbort = (): void => void recording.stop().catch(() => {});
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const forget = (): void => signal?.removeEventListener("abort", onAbort);
  recording.finished.then(forget, forget);
  return recording;
}
