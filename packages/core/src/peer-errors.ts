import { isPeerhoodError, PeerhoodError } from "./errors.js";

export function identityReplaced(): PeerhoodError {
  return new PeerhoodError(
    "IDENTITY_REPLACED",
    "A newer session with the same identity is in the room, so this one left. Join again to take its place, or use " +
      "one identity for each.",
  );
}

export function leftWhileJoining(): PeerhoodError {
  return new PeerhoodError("ABORTED", "leave() was called during join().");
}

/** @throws PeerhoodError `ABORTED`, or the reason itself if it is one */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  const { reason } = signal;
  throw isPeerhoodError(reason) ? reason : new PeerhoodError("ABORTED", "join() was aborted.", { cause: reason });
}
