import { av1 } from "./av1.js";
import type { Codec } from "./codec.js";
import { h264 } from "./h264.js";
import { h265 } from "./h265.js";
import { opus } from "./opus.js";
import { vp8 } from "./vp8.js";
import { vp9 } from "./vp9.js";

/** In the order of our offers: a browser sends the first that it has, and all have VP8. */
export const CODECS: readonly Codec[] = [opus, vp8, vp9, h264, av1, h265];

/** By `video/VP8`, or `VP8`; the case does not matter. */
export function findCodec(name: string): Codec | undefined {
  const wanted = name.toLowerCase();
  return CODECS.find(({ mimeType }) => {
    const known = mimeType.toLowerCase();
    return known === wanted || known.slice(known.indexOf("/") + 1) === wanted;
  });
}
