import type { MediaKind } from "@peerhood/core";
import { CODECS } from "../codecs/codec-list.js";
import type { Format } from "./media-description.js";

/** Dynamic payload types beside the usual ones (RFC 5761 section 4 keeps 64 to 95 free of use). */
const SPARE = [...range(96, 127), ...range(35, 63)];

/** Within a bundle a number means one codec in all sections (RFC 9143, section 10.1.2): those of the first section. */
export class PayloadTypes {
  readonly #formats = new Map<number, Format>();

  /** Keeps to what a description of the remote has settled. */
  learn(formats: readonly Format[]): void {
    for (const format of formats)
      if (!this.#formats.has(format.payloadType)) this.#formats.set(format.payloadType, format);
  }

  /** What a new section of ours offers. */
  offer(kind: MediaKind): Format[] {
    return CODECS.filter((codec) => codec.kind === kind).map((codec) => {
      const known = [...this.#formats.values()].find((format) => format.codec === codec);
      if (known) return known;
      const payloadType =
        [codec.payloadType, ...SPARE].find((number) => !this.#formats.has(number)) ?? codec.payloadType;
      const format = { payloadType, codec, parameters: codec.parameters };
      this.#formats.set(payloadType, format);
      return format;
    });
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
