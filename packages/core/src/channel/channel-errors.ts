import { isPeerhoodError, PeerhoodError } from "../errors.js";
import { MAX_CHANNELS } from "./constants.js";

export function violate(what: string): never {
  throw new PeerhoodError("PROTOCOL_ERROR", what);
}

export function mismatch(label: string): PeerhoodError {
  return new PeerhoodError(
    "CHANNEL_OPTIONS_MISMATCH",
    `The channel "${label}" exists with other options; use the same on both sides, or another label.`,
  );
}

export function tooMany(label: string): PeerhoodError {
  return new PeerhoodError(
    "CHANNEL_LIMIT",
    `The channel "${label}" is one too many: ${MAX_CHANNELS} are open with this remote. Close some, or share them.`,
  );
}

export function closed(label: string): PeerhoodError {
  return new PeerhoodError("CHANNEL_CLOSED", `The channel "${label}" is closed. Open it again to send.`);
}

export function notConfirmed(label: string, timeoutMs: number): PeerhoodError {
  return new PeerhoodError("CHANNEL_TIMEOUT", `The remote did not open "${label}" within ${timeoutMs} ms.`);
}

/** Of `send` of a native channel: native code may know that it is closed before the channel's own state does. */
export function saysClosed(error: unknown): boolean {
  return isPeerhoodError(error) && error.code === "CHANNEL_CLOSED";
}
