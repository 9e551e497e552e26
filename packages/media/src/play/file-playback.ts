import { NodeMediaStream, NodeMediaStreamTrack } from "@peerhood/adapter-node";
import { PeerhoodError, type Clock } from "@peerhood/core";
import type { EncodedPacket } from "mediabunny";
import { MAX_LATE_MS } from "../constants.js";
import type { FilePlayer } from "./file-player.js";
import { fileFailed, type OpenedFile } from "./open-file.js";
import { PlaybackTimeline } from "./playback-timeline.js";
import { TrackPump } from "./track-pump.js";

export interface FilePlaybackParts {
  readonly path: string;
  readonly file: OpenedFile;
  readonly clock: Clock;
  readonly loop: boolean;
  readonly paused: boolean;
}

/** Pumps for the tracks of a file, on one timeline. */
export class FilePlayback implements FilePlayer {
  readonly stream: NodeMediaStream;
  readonly duration: number;
  loop: boolean;
  readonly ended: Promise<void>;
  readonly #path: string;
  readonly #file: OpenedFile;
  readonly #clock: Clock;
  readonly #timeline: PlaybackTimeline;
  readonly #tracks: readonly NodeMediaStreamTrack[];
  readonly #pumps: readonly TrackPump[];
  #resolveEnded = (): void => {};
  #rejectEnded = (_error: unknown): void => {};
  /** Of what is played now; aborted when something else is to be. */
  #playing = new AbortController();
  #isClosed = false;

  constructor({ path, file, clock, loop, paused }: FilePlaybackParts) {
    this.#path = path;
    this.#file = file;
    this.#clock = clock;
    this.loop = loop;
    this.duration = file.end;
    this.#timeline = new PlaybackTimeline(clock, file.start, !paused);
    this.#tracks = file.tracks.map(({ kind, codec }) => new NodeMediaStreamTrack({ kind, codec, label: path }));
    this.stream = new NodeMediaStream(this.#tracks);
    this.#pumps = file.tracks.flatMap((track, index) => {
      const to = this.#tracks[index];
      return to ? [new TrackPump(track, to, this.#timeline)] : [];
    });
    this.ended = new Promise((resolve, reject) => {
      this.#resolveEnded = resolve;
      this.#rejectEnded = reject;
    });
    // Who does not wait for the end is not to be ended by it.
    this.ended.catch(() => {});
    void this.#play([]);
  }

  get position(): number {
    return Math.min(this.duration, Math.max(0, this.#timeline.seconds));
  }

  get paused(): boolean {
    return !this.#timeline.runs;
  }

  pause(): void {
    this.#timeline.stop();
  }

  resume(): void {
    this.#timeline.go();
  }

  async seek(seconds: number): Promise<number> {
    if (!Number.isFinite(seconds)) {
      throw new PeerhoodError("INVALID_ARGUMENT", `seek takes seconds from the beginning of the file, not ${seconds}.`);
    }
    this.#checkOpen();
    this.#playing.abort();
    const playing = (this.#playing = new AbortController());
    try {
      const { tracks, start } = this.#file;
      let target = Math.max(start, Math.min(seconds, this.duration));
      const packets: (EncodedPacket | undefined)[] = [];
      const video = tracks.findIndex(({ kind }) => kind === "video");
      if (video >= 0) {
        const { packets: sink } = tracks[video] ?? {};
        const key = (await sink?.getKeyPacket(target)) ?? (await sink?.getFirstKeyPacket());
        packets[video] = key ?? undefined;
        target = key?.timestamp ?? target;
      }
      for (const [index, track] of tracks.entries()) {
        if (index !== video) packets[index] = (await track.packets.getPacket(target)) ?? undefined;
      }
      // Another seek, or the end, came in between.
      if (playing.signal.aborted) return this.position;
      this.#timeline.move(target);
      void this.#play(packets);
      return this.position;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#playing.abort();
    this.#file.close();
    for (const track of this.#tracks) track.end();
    this.#resolveEnded();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** From these packets on, one for each track; `undefined`: from its first. */
  async #play(from: readonly (EncodedPacket | undefined)[]): Promise<void> {
    const { signal } = this.#playing;
    let first = from;
    try {
      for (;;) {
        const ends = await Promise.all(this.#pumps.map((pump, index) => pump.run(first[index], signal)));
        const end = Math.max(...ends);
        // The last packet is heard and seen to its end.
        await this.#timeline.reach(end, signal);
        if (signal.aborted) return;
        if (!this.loop) return this.close();
        const { start } = this.#file;
        this.#timeline.move(start, Math.max(this.#timeline.dueMs(end), this.#clock.now() - MAX_LATE_MS));
        first = [];
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #fail(error: unknown): PeerhoodError {
    const failure = error instanceof PeerhoodError ? error : fileFailed(this.#path, error);
    this.#rejectEnded(failure);
    this.close();
    return failure;
  }

  #checkOpen(): void {
    if (this.#isClosed) {
      throw new PeerhoodError(
        "INVALID_STATE",
        `${this.#path} has been played to its end, or was closed: play it again.`,
      );
    }
  }
}
