/** A file that is being recorded. */
export interface Recording extends AsyncDisposable {
  /**
   * Resolves when the file is complete: after `stop`, or when all tracks have ended.
   * @throws PeerhoodError `MEDIA_FILE_FAILED`: it could not be written, or nothing came that could be;
   * `UNSUPPORTED_CODEC`: the container does not hold what a track is in
   */
  readonly finished: Promise<RecordingSummary>;
  /** Completes the file. Throws as `finished` does. */
  stop(): Promise<RecordingSummary>;
}

export interface RecordingSummary {
  readonly path: string;
  /** From the beginning of the file to the end of its longest track. */
  readonly seconds: number;
  readonly tracks: readonly {
    readonly kind: "audio" | "video";
    /** `"audio/opus"`, `"video/VP8"`… */
    readonly codec: string;
    /** Frames in the file; of audio, packets with those that silence stands for. */
    readonly frames: number;
    readonly seconds: number;
  }[];
}
