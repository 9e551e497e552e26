import { PeerhoodError } from "../errors.js";
import type { CloseReason } from "../events.js";
import { MAX_KICK_DETAIL } from "./constants.js";

/** The last word to a remote. */
export interface Goodbye {
  readonly reason: CloseReason;
  /** With `kicked`: why, in words of the application. */
  readonly detail?: string;
}

/** What a remote said with its last word, made harmless. */
export function toldGoodbye({ reason, detail }: { readonly reason: string; readonly detail?: unknown }): Goodbye {
  const isText = reason === "kicked" && typeof detail === "string";
  return { reason: toldReason(reason), ...(isText && { detail: detail.slice(0, MAX_KICK_DETAIL) }) };
}

/** Reasons that a remote may give for ending; anything else it says counts as `failed`. */
const TOLD_REASONS = new Set<string>(["left", "timeout", "refused", "kicked", "replaced", "disposed", "failed"]);

function toldReason(reason: string): CloseReason {
  return TOLD_REASONS.has(reason) ? (reason as CloseReason) : "failed";
}

export function notConnected(id: string, timeoutMs: number): PeerhoodError {
  return new PeerhoodError(
    "CONNECTION_TIMEOUT",
    `No connection to ${id} within ${timeoutMs} ms. It may be gone, or no network path between both exists: then a ` +
      "TURN server in iceServers helps.",
    { retryable: true, remoteId: id },
  );
}

export function gone(id: string, reason: CloseReason): PeerhoodError {
  return new PeerhoodError("CONNECTION_CLOSED", `The connection to ${id} is closed (${reason}).`, { remoteId: id });
}

/** The other side has said that it failed. */
export function givenUp(id: string, reason: CloseReason): PeerhoodError {
  return new PeerhoodError(
    reason === "timeout" ? "CONNECTION_TIMEOUT" : "CONNECTION_FAILED",
    `${id} has given up the connection (${reason}).`,
    { retryable: true, remoteId: id },
  );
}

/** The remote is broken or hostile, or of another version: to connect again is of no use. */
export function isFatal({ code }: PeerhoodError): boolean {
  return code === "PROTOCOL_ERROR" || code === "VERSION_MISMATCH";
}

export function restarted(id: string): PeerhoodError {
  return new PeerhoodError(
    "REMOTE_RESTARTED",
    `Peer ${id} has begun a new stay in the room, and knows nothing of what was under way with the one before. Send ` +
      "it again to the new remote.",
    { retryable: true, remoteId: id },
  );
}
