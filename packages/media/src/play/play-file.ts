import { PeerhoodError, type Clock, type MediaKind } from "@peerhood/core";
import { systemClock } from "@peerhood/core/internal";
import { FilePlayback } from "./file-playback.js";
import type { FilePlayer } from "./file-player.js";
import { openFile } from "./open-file.js";

export interface PlayFileOptions {
  /** Begins again at the end. @default false */
  readonly loop?: boolean;
  /** Waits for `resume` before the first packet. @default false */
  readonly paused?: boolean;
  /** Seconds at which to begin, video at the key frame before. @default 0 */
  readonly startAt?: number;
  /** `false` leaves the file's sound out. @default true */
  readonly audio?: boolean;
  /** `false` leaves the file's video out. @default true */
  readonly video?: boolean;
  /** Closes the player, or ends the wait for it. */
  readonly signal?: AbortSignal;
  /** Tests pass a virtual one. */
  readonly clock?: Clock;
}

/**
 * Plays a file as a stream to be shared: Ogg, WebM, Matroska or MP4 with Opus, VP8, VP9 or H264 without B-frames, at the
 * pace at which it was recorded. Nothing is transcoded.
 *
 *     const player = await playFile("song.ogg", { loop: true });
 *     peer.share({ label: "music", stream: player.stream });
 *
 * @throws PeerhoodError `UNSUPPORTED_CODEC`: with the ffmpeg command that converts it; `MEDIA_FILE_FAILED`: it can not be
 * read; `INVALID_ARGUMENT`; `ABORTED`
 */
export async function playFile(path: string, options: PlayFileOptions = {}): Promise<FilePlayer> {
  const { loop = false, paused = false, startAt, audio = true, video = true, signal, clock = systemClock } = options;
  const kinds: MediaKind[] = [...(video ? (["video"] as const) : []), ...(audio ? (["audio"] as const) : [])];
  if (typeof path !== "string" || kinds.length === 0) {
    throw new PeerhoodError(
      "INVALID_ARGUMENT",
      "playFile takes the path of a file, and plays its audio, its video or both.",
    );
  }
  checkAborted(path, signal);
  const file = await openFile(path, kinds);
  if (signal?.aborted) file.close();
  checkAborted(path, signal);
  const player = new FilePlayback({ path, file, clock, loop, paused: paused || startAt !== undefined });
  const onAbort = (): void => player.close();
  signal?.addEventListener("abort", onAbort, { once: true });
  const forget = (): void => signal?.removeEventListener("abort", onAbort);
  player.ended.then(forget, forget);
  if (startAt !== undefined) {
    await player.seek(startAt);
    if (!paused) player.resume();
  }
  return player;
}

function checkAborted(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new PeerhoodError("ABORTED", `${path} is not played: its signal was aborted.`, { cause: signal.reason });
}
