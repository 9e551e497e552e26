import type { Decoder, Encoder } from "@evan/opus";

export interface OpusCodec {
  readonly Encoder: typeof Encoder;
  readonly Decoder: typeof Decoder;
}

/** At first use: importing the package loads nothing native. Falls back to WebAssembly by itself. */
export async function loadCodec(): Promise<OpusCodec> {
  return import("@evan/opus");
}
