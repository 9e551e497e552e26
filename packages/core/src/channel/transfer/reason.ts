import { isPeerhoodError, PeerhoodError, type PeerhoodErrorCode } from "../../errors.js";

/** Why a side gave a message up, as the other side is told. The position goes over the wire; add at the end only. */
export const REASON_CODES = [
  "TRANSFER_ABORTED",
  "TRANSFER_CANCELLED",
  "ABORTED",
  "SOURCE_FAILED",
  "TRANSFER_STALLED",
  "REMOTE_TOO_SLOW",
  "MESSAGE_TOO_LARGE",
  "DATA_LOCKED",
  "DATA_DISCARDED",
] as const satisfies readonly PeerhoodErrorCode[];

export interface Reason {
  /** Position in {@link REASON_CODES}; larger ones are of a later version. */
  readonly code: number;
  readonly text: string;
}

/** What is told of an error: its own code, or that of a PeerhoodError that somebody gave as the reason to cancel. */
export function toReason(error: PeerhoodError): Reason {
  const given = isPeerhoodError(error.cause) ? positionOf(error.cause.code) : -1;
  return { code: Math.max(0, given >= 0 ? given : positionOf(error.code)), text: error.message };
}

/** The error of this side, with what the other side told as its cause. */
export function fromReason(
  code: "TRANSFER_ABORTED" | "TRANSFER_CANCELLED",
  what: string,
  reason: Reason,
  remoteId: string,
): PeerhoodError {
  const cause = new PeerhoodError(REASON_CODES[reason.code] ?? code, reason.text, { remoteId });
  return new PeerhoodError(code, `${what}: ${reason.text}`, { remoteId, cause });
}

function positionOf(code: string): number {
  return (REASON_CODES as readonly string[]).indexOf(code);
}
