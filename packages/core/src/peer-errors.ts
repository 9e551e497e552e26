import { isPeerhoodError, PeerhoodError } from "./errors.js";

export const NO_DRIVER =
  "No driver was given, so this peer finds only others in the same page. Pass for example " +
  "new WebSocketDriver(url), or new BroadcastChannelDriver() for the tabs of one browser.";

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

/** @throws PeerhoodError `NOT_JOINED` */
export function notJoined(method: string): never {
  throw new PeerhoodError("NOT_JOINED", `${method}() needs a room: join() one first.`);
}
