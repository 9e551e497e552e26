import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "./bytes.js";
import { EMOJI, WORDS } from "./fingerprint-lists.js";

/** The same on both ends, and on no other pair's: for two people to compare, aloud or by eye. */
export interface Fingerprint {
  /** Four English words of 256, 32 bits: "amber falcon paper window". */
  readonly words: string;
  /** Six emoji of 64, 36 bits, independent of the words. */
  readonly emoji: string;
}

const LABEL = new TextEncoder().encode("peerhood/fingerprint/1");
const WORD_COUNT = 4;
const EMOJI_COUNT = 6;

export function createFingerprint(transcript: Uint8Array): Fingerprint {
  const digest = [...sha256(concat(LABEL, transcript))];
  return {
    words: digest
      .slice(0, WORD_COUNT)
      .map((byte) => WORDS[byte])
      .join(" "),
    emoji: digest
      .slice(WORD_COUNT, WORD_COUNT + EMOJI_COUNT)
      .map((byte) => EMOJI[byte & 63])
      .join(""),
  };
}
