import type { MediaKind, MediaStreamTrackLike } from "@peerhood/core";

/** A track of a simulated device, or one that arrives from a remote. */
export class SimulatedTrack implements MediaStreamTrackLike {
  readonly id: string;
  readonly kind: MediaKind;
  enabled = true;
  readonly #source: (() => SimulatedTrack | null) | undefined;
  readonly #onEnded = new Set<() => void>();
  #readyState: "live" | "ended" = "live";

  /** `source`: of a track that arrives, what the remote sends at the moment. */
  constructor(kind: MediaKind, id: string, source?: () => SimulatedTrack | null) {
    this.kind = kind;
    this.id = id;
    this.#source = source;
  }

  get readyState(): "live" | "ended" {
    return this.#readyState;
  }

  /** What is to be seen or heard: the id of the device's track at the end of the chain; `null`: nothing. */
  get playing(): string | null {
    if (this.#source === undefined) return this.readyState === "live" ? this.id : null;
    return this.#source()?.playing ?? null;
  }

  /** As `MediaStreamTrack.stop`: without an event. */
  stop(): void {
    this.#readyState = "ended";
  }

  /** The device is gone. */
  end(): void {
    if (this.#readyState === "ended") return;
    this.#readyState = "ended";
    for (const listener of Array.from(this.#onEnded)) listener();
  }

  addEventListener(_type: "ended", listener: () => void): void {
    this.#onEnded.add(listener);
  }

  removeEventListener(_type: "ended", listener: () => void): void {
    this.#onEnded.delete(listener);
  }

  /** For leak checks. */
  get listeners(): number {
    return this.#onEnded.size;
  }
}
