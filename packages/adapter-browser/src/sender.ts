import {
  PeerhoodError,
  type MediaKind,
  type MediaParameters,
  type MediaSender,
  type MediaStreamTrackLike,
} from "@peerhood/core";

/** One direction of a transceiver; before it has one it keeps what it is told. */
export class BrowserSender implements MediaSender {
  readonly kind: MediaKind;
  #transceiver: RTCRtpTransceiver | undefined;
  #track: MediaStreamTrack | null = null;
  #parameters: MediaParameters = {};
  #described = false;
  /** Two at once would meet on one transaction id (WebRTC 1.0, section 5.2), and Firefox refuses the second. */
  #applying: Promise<void> = Promise.resolve();

  constructor(kind: MediaKind) {
    this.kind = kind;
  }

  get mid(): string | undefined {
    return this.#described ? (this.#transceiver?.mid ?? undefined) : undefined;
  }

  get placed(): boolean {
    return this.#transceiver !== undefined;
  }

  /** Whether a description of this side says that it sends. */
  get described(): boolean {
    return this.#described;
  }

  uses(transceiver: RTCRtpTransceiver): boolean {
    return this.#transceiver === transceiver;
  }

  async replaceTrack(track: MediaStreamTrackLike | null): Promise<void> {
    if (track !== null && track.kind !== this.kind) throw unsupported(`it is of kind ${track.kind}, not ${this.kind}`);
    this.#track = track as MediaStreamTrack | null;
    await this.#applyTrack();
  }

  async setParameters(parameters: MediaParameters): Promise<void> {
    this.#parameters = parameters;
    await this.#applyParameters();
  }

  async place(transceiver: RTCRtpTransceiver): Promise<void> {
    this.#transceiver = transceiver;
    transceiver.direction = "sendrecv";
    await this.#applyTrack();
  }

  displace(): void {
    this.#transceiver = undefined;
  }

  async onDescribed(): Promise<void> {
    if (this.#transceiver === undefined || this.#described) return;
    this.#described = true;
    await this.#applyParameters();
  }

  async #applyTrack(): Promise<void> {
    try {
      await this.#transceiver?.sender.replaceTrack(this.#track);
    } catch (cause) {
      throw unsupported("the browser refused it; see cause", cause);
    }
  }

  #applyParameters(): Promise<void> {
    const applied = this.#applying.then(() => this.#setNative());
    this.#applying = applied.catch(() => {});
    return applied;
  }

  async #setNative(): Promise<void> {
    const sender = this.#transceiver?.sender;
    // Before a description has it, Firefox has no encodings to set anything in.
    if (sender === undefined || !this.#described) return;
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings ?? []) {
      for (const name of ["maxBitrate", "maxFramerate", "scaleResolutionDownBy", "priority"] as const) {
        if (this.#parameters[name] === undefined) delete encoding[name];
        else Object.assign(encoding, { [name]: this.#parameters[name] });
      }
      if (this.kind === "video") encoding.scaleResolutionDownBy ??= 1;
      encoding.priority ??= "low";
    }
    try {
      await sender.setParameters(parameters);
    } catch (cause) {
      throw new PeerhoodError("INVALID_ARGUMENT", "The browser refused the parameters of a track; see cause.", {
        cause,
      });
    }
  }
}

function unsupported(why: string, cause?: unknown): PeerhoodError {
  return new PeerhoodError("UNSUPPORTED_TRACK", `This track can not be sent: ${why}.`, { cause });
}
