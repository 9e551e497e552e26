import type { EncodedFrame, NodeMediaStreamTrack } from "@peerhood/adapter-node";
import type { Clock } from "@peerhood/core";
import { KEY_FRAME_EACH_MS, MAX_HELD_FRAMES } from "../constants.js";
import { readCodec, type RecordedCodec } from "./recorded-codec.js";

/** One track that is recorded: its frames, from the first that says what it is. They are held until they are taken. */
export class TrackInput {
  readonly track: NodeMediaStreamTrack;
  readonly #reader: ReadableStreamDefaultReader<EncodedFrame>;
  readonly #clock: Clock;
  readonly #held: EncodedFrame[] = [];
  #keyAtMs: number;
  #ended = false;
  #changed = (): void => {};
  first: { readonly frame: EncodedFrame; readonly codec: RecordedCodec } | undefined;

  constructor(track: NodeMediaStreamTrack, clock: Clock) {
    this.track = track;
    this.#clock = clock;
    this.#keyAtMs = clock.now();
    this.#reader = track.frames().getReader();
    void this.#pump();
  }

  /** Resolves with whether there is a first frame: not if the track ends before. */
  async begin(): Promise<boolean> {
    while (!this.first && !this.#ended) await this.#change();
    return this.first !== undefined;
  }

  /** From the first on, until the track ends or `stop` is called. */
  async *frames(): AsyncGenerator<EncodedFrame> {
    for (;;) {
      const frame = this.#held.shift();
      if (frame) yield frame;
      else if (this.#ended) return;
      else await this.#change();
    }
  }

  /** What has come is still to be taken. */
  stop(): void {
    this.#reader.cancel().catch(() => {});
  }

  async #pump(): Promise<void> {
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      this.#take(value);
      this.#changed();
    }
    this.#ended = true;
    this.#changed();
  }

  #take(frame: EncodedFrame): void {
    if (!this.first) {
      const codec = readCodec(frame);
      if (codec) this.first = { frame, codec };
    }
    if (this.track.kind === "video") this.#watchKeyFrames(frame);
    // A file's track has one codec: a frame in another is left out, as is what no disk is fast enough for.
    const isOfTrack = this.first?.frame.getMetadata().mimeType === frame.getMetadata().mimeType;
    if (isOfTrack && this.#held.length < MAX_HELD_FRAMES) this.#held.push(frame);
  }

  /** A file is of use from each of its key frames on; a remote makes them when asked to. */
  #watchKeyFrames({ type }: EncodedFrame): void {
    const now = this.#clock.now();
    if (type === "key") this.#keyAtMs = now;
    if (now - this.#keyAtMs < KEY_FRAME_EACH_MS) return;
    this.#keyAtMs = now;
    this.track.requestKeyFrame();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#changed = resolve));
  }
}
