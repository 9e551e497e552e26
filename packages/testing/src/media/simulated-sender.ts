import {
  PeerhoodError,
  type MediaKind,
  type MediaParameters,
  type MediaSender,
  type MediaStreamTrackLike,
} from "@peerhood/core";
import { SimulatedTrack } from "./simulated-track.js";

/** Sends in one section of a simulated connection. */
export class SimulatedSender implements MediaSender {
  readonly kind: MediaKind;
  mid: string | undefined;
  track: SimulatedTrack | null = null;
  parameters: MediaParameters = {};

  constructor(kind: MediaKind) {
    this.kind = kind;
  }

  async replaceTrack(track: MediaStreamTrackLike | null): Promise<void> {
    if (track !== null && (!(track instanceof SimulatedTrack) || track.kind !== this.kind)) {
      throw new PeerhoodError("UNSUPPORTED_TRACK", "The simulated adapter sends tracks of its own kind only.");
    }
    this.track = track;
  }

  async setParameters(parameters: MediaParameters): Promise<void> {
    this.parameters = parameters;
  }
}
