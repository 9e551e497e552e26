import { PeerhoodError, type Clock } from "@peerhood/core";
import { toPeerhoodError } from "@peerhood/core/internal";
import { Container, type ContainerTrack } from "./container.js";
import type { RecordedCodec } from "./recorded-codec.js";
import type { Recording, RecordingSummary } from "./recording.js";
import { createRecorder, type RecordedPacket } from "./track-recorder.js";
import type { TrackInput } from "./track-input.js";

export interface TrackRecordingParts {
  readonly path: string;
  readonly inputs: readonly TrackInput[];
  readonly startTimeoutMs: number;
  readonly clock: Clock;
}

type Summary = RecordingSummary["tracks"][number];

/** Tracks that have begun, and so can be described. */
interface Begun {
  readonly input: TrackInput;
  readonly codec: RecordedCodec;
  readonly captureMs: number;
}

/** Waits for the tracks, then moves their frames to a container until they end. */
export class TrackRecording implements Recording {
  readonly finished: Promise<RecordingSummary>;
  readonly #parts: TrackRecordingParts;
  readonly #stopping = new AbortController();

  constructor(parts: TrackRecordingParts) {
    this.#parts = parts;
    this.finished = this.#run().finally(() => this.#stopInputs());
    // Who does not look at the end is not to be ended by it.
    this.finished.catch(() => {});
  }

  stop(): Promise<RecordingSummary> {
    this.#stopping.abort();
    this.#stopInputs();
    return this.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #stopInputs(): void {
    for (const input of this.#parts.inputs) input.stop();
  }

  async #run(): Promise<RecordingSummary> {
    const { path } = this.#parts;
    const begun = await this.#begin();
    if (begun.length === 0) {
      throw new PeerhoodError("MEDIA_FILE_FAILED", `Nothing came that could be recorded: there is no ${path}.`);
    }
    const originMs = Math.min(...begun.map(({ captureMs }) => captureMs));
    let container: Container | undefined;
    try {
      const { tracks } = (container = await Container.create(
        path,
        begun.map(({ codec, input }) => ({ ...codec, label: input.track.label })),
      ));
      const summaries = await Promise.all(
        begun.map((one, index) => {
          const to = tracks[index];
          return to ? record(one, to, originMs) : undefined;
        }),
      );
      await container.finish();
      const recorded = summaries.filter((summary) => summary !== undefined);
      return { path, seconds: Math.max(...recorded.map(({ seconds }) => seconds)), tracks: recorded };
    } catch (error) {
      await container?.abandon().catch(() => {});
      const advice = "See whether the folder is there, may be written to, and has room.";
      throw toPeerhoodError(error, "MEDIA_FILE_FAILED", `${path} could not be written; see cause. ${advice}`);
    }
  }

  /** Resolves when each track has begun or ended, or has had its time, and one is there; or when it is to stop. */
  async #begin(): Promise<Begun[]> {
    const { inputs, startTimeoutMs, clock } = this.#parts;
    const beginnings = inputs.map((input) => input.begin());
    const all = Promise.all(beginnings);
    // One whole file rather than an empty one: the time runs from the first track that has begun.
    const any = Promise.any(
      beginnings.map(async (beginning) => (await beginning) || Promise.reject(new Error("ended"))),
    );
    let timer: ReturnType<Clock["setTimeout"]>;
    const late = any.then(
      () => new Promise<void>((resolve) => (timer = clock.setTimeout(resolve, startTimeoutMs))),
      () => undefined,
    );
    await Promise.race([all, late, aborted(this.#stopping.signal)]);
    clock.clearTimeout(timer);
    const ready = inputs.filter(({ first }) => first !== undefined);
    for (const input of inputs) if (!ready.includes(input)) input.stop();
    return ready.flatMap((input) => {
      const { first } = input;
      return first ? [{ input, codec: first.codec, captureMs: first.frame.getMetadata().captureTime ?? 0 }] : [];
    });
  }
}

async function record({ input, codec }: Begun, to: ContainerTrack, originMs: number): Promise<Summary> {
  const recorder = createRecorder(codec, originMs);
  let frames = 0;
  let seconds = 0;
  const write = async (packets: readonly RecordedPacket[]): Promise<void> => {
    for (const packet of packets) {
      await to.write(packet);
      frames++;
      seconds = packet.timestamp + packet.duration;
    }
  };
  for await (const frame of input.frames()) await write(recorder.take(frame));
  await write(recorder.end());
  to.end();
  return { kind: codec.kind, codec: input.first?.frame.getMetadata().mimeType ?? "", frames, seconds };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
