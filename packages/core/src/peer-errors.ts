import { isPeerhoodError, PeerhoodError } from "./errors.js";

export function leftWhileJoining(): PeerhoodError {
  return new PeerhoodError("ABORTED", "leave() was called during join().");
}

/** @throws PeerhoodError `ABORTED`, or the reason itself if it is one */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  const { reason } = signal;
  throw isPeerhoodError(reason) ? reason : new PeerhoodError("ABORTED", "join() was aborted.", { cause: reason });
}

/** @throws PeerhoodError `NOT_JOINED` */
export function notJoined(method: string): never {
  throw new PeerhoodError("NOT_JOINED", `${method}() needs a room: join() one first.`);
}
