import { PeerhoodError } from "../errors.js";
import type { Room, RoomOptions } from "./room.js";

/**
 * Sessions, channels and transfers, which no page needs before it joins: a chunk of their own, so that the first
 * download stays small. What a page loads in all does not change.
 * @throws PeerhoodError `MODULE_LOAD_FAILED`
 */
export async function loadRoom(): Promise<(options: RoomOptions) => Room> {
  try {
    const { Room: LoadedRoom } = await import("./room.js");
    return (options) => new LoadedRoom(options);
  } catch (cause) {
    throw moduleLoadFailed(cause);
  }
}

export function moduleLoadFailed(cause: unknown): PeerhoodError {
  return new PeerhoodError(
    "MODULE_LOAD_FAILED",
    "A part of peerhood could not be loaded. Is the page offline, or are its chunks of another build? Reload it.",
    { cause, retryable: true },
  );
}
