import { PeerhoodError, type Driver } from "@peerhood/core";
import type { Seat } from "./test-peer.js";
import type { TestPeer } from "./test-peer.js";

/** What a Peer or a driver that an application makes needs of the room it is made in. */
export interface RoomOfApplications {
  /** A place for one more peer, under the name that `as` said or one of its own. */
  seat(): Seat;
  /** Takes the peer into the room. */
  enlist(peer: TestPeer): void;
  createDriver(host: string | undefined): Driver;
  addDriver(driver: unknown): void;
}

/** Under `Symbol.for`: what a test runner loads twice, as mocks do, still meets. The latest room is the last. */
function openRooms(): RoomOfApplications[] {
  const holder = globalThis as { [key: symbol]: RoomOfApplications[] | undefined };
  return (holder[Symbol.for("peerhood.test-rooms")] ??= []);
}

export function enterRoom(room: RoomOfApplications): () => void {
  openRooms().push(room);
  return () => {
    const rooms = openRooms();
    const index = rooms.indexOf(room);
    if (index >= 0) rooms.splice(index, 1);
  };
}

/** @throws PeerhoodError `NO_TEST_ROOM` */
export function currentRoom(what: string): RoomOfApplications {
  const room = openRooms().at(-1);
  if (room !== undefined) return room;
  throw new PeerhoodError(
    "NO_TEST_ROOM",
    `${what} was made without a test room. Call createTestRoom() before the application makes it; if the application ` +
      "does so while it is loaded, load it by import() afterwards. After room.close() there is none any more.",
  );
}
