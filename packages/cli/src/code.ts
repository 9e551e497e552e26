import { randomInt } from "node:crypto";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { CliError, EXIT } from "./exit-codes.js";

/** Rooms are only told apart by it; what keeps strangers out is the words. */
const HIGHEST_NUMBER = 999;

/** What a code stands for: where the two meet, and by what they know each other. */
export interface Code {
  /** `7-crater-anchor`, as it is said and typed. */
  readonly text: string;
  readonly room: string;
  readonly password: string;
}

/**
 * A new code: a number for the room and two of the 2,048 words of BIP 39 (22 bits) for its password. That is enough
 * where each guess has to be made with a sender that waits: CPace gives nothing to guess with offline, and after ten wrong
 * ones in a minute a member makes guessers wait, in the end for an hour each time.
 */
export function createCode(): Code {
  const word = (): string => wordlist[randomInt(wordlist.length)] ?? "";
  return parseCode(`${randomInt(1, HIGHEST_NUMBER + 1)}-${word()}-${word()}`);
}

/**
 * Reads a code as people type it: any case, blanks for dashes. Own words are fine too, as long as there are two.
 * @throws CliError `INVALID_CODE`
 */
export function parseCode(typed: string): Code {
  const text = typed
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "-");
  const match = /^(\d{1,9})-(\p{L}+(?:-\p{L}+)+)$/u.exec(text);
  if (match === null) {
    throw new CliError(
      EXIT.usage,
      "INVALID_CODE",
      `A code is a number and two words, 7-crater-anchor; not "${typed}".`,
    );
  }
  return { text, room: `peerhood-cli:${Number(match[1])}`, password: String(match[2]) };
}
