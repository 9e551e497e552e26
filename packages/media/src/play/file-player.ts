import type { NodeMediaStream } from "@peerhood/adapter-node";

/** A file that is being played as a stream. */
export interface FilePlayer extends AsyncDisposable {
  /** To be shared. Its tracks end with the file, unless it loops. */
  readonly stream: NodeMediaStream;
  /** Seconds. */
  readonly duration: number;
  /** Seconds from the beginning of the file. */
  readonly position: number;
  readonly paused: boolean;
  /** Whether it begins again at its end; may be changed at any time. */
  loop: boolean;
  /**
   * Resolves when the file has been played to its end, or was closed.
   * @throws PeerhoodError `MEDIA_FILE_FAILED`: it could not be read any further
   */
  readonly ended: Promise<void>;
  /** Sends nothing until `resume`. */
  pause(): void;
  resume(): void;
  /**
   * Goes on at that second; video at the key frame before it. Resolves with the second that it is then.
   * @throws PeerhoodError `INVALID_ARGUMENT`; `INVALID_STATE`: it has ended; `MEDIA_FILE_FAILED`
   */
  seek(seconds: number): Promise<number>;
  /** Ends the tracks, and lets go of the file. */
  close(): void;
}
