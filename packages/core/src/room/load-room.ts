import { loadPart } from "./load-part.js";
import type { Room, RoomOptions } from "./room.js";

/**
 * Sessions, channels and transfers, which no page needs before it joins: a chunk of their own, so that the first
 * download stays small. What a page loads in all does not change.
 * @throws PeerhoodError `MODULE_LOAD_FAILED`
 */
export async function loadRoom(): Promise<(options: RoomOptions) => Room> {
  const { Room: LoadedRoom } = await loadPart(import("./room.js"));
  return (options) => new LoadedRoom(options);
}
