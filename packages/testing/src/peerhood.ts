/**
 * In the place of the package `peerhood`, for tests of applications that import their Peer: the same names, and what is
 * made goes to the test room that was opened last. How each test runner is told so stands in the guide "Tests".
 *
 * @example
 * vi.mock("peerhood", () => import("@peerhood/testing/peerhood"));
 */
import {
  diagnose as coreDiagnose,
  type ConnectionAdapter,
  type Diagnosis,
  type DiagnoseOptions,
  type PeerOptions,
} from "@peerhood/core";
import { currentRoom } from "./room/current-room.js";
import { RoomDriver } from "./room/room-driver.js";
import { TestPeer } from "./room/test-peer.js";

export {
  createIdentity,
  iceServersFrom,
  importIdentity,
  isPeerhoodError,
  PeerhoodError,
  RemotePeer,
  roomTopic,
  storedIdentity,
} from "@peerhood/core";

/** A peer of the test room. Its name is that of `room.as`, or `app-1`, `app-2` and so on. */
export class Peer extends TestPeer {
  /** @throws PeerhoodError `NO_TEST_ROOM`, `INVALID_ARGUMENT` */
  constructor(options: Omit<PeerOptions, "adapter"> & { readonly adapter?: ConnectionAdapter } = {}) {
    const room = currentRoom("A Peer");
    const seat = room.seat();
    const given = Array.isArray(options.driver) ? options.driver : [options.driver];
    for (const driver of given) if (driver instanceof RoomDriver) driver.bind(seat.name);
    // As the Peer of `peerhood`: without a driver it has one of its own, which nobody has to close.
    super(seat, { ...options, driver: options.driver ?? room.createDriver(seat.name) });
    room.enlist(this);
  }
}

/** Any driver of the application's: signaling over the test room, whatever its arguments. */
class ApplicationDriver extends RoomDriver {
  constructor() {
    const room = currentRoom("A driver");
    super((host) => room.createDriver(host));
    room.addDriver(this);
  }
}

type DriverClass = new (...anything: readonly unknown[]) => RoomDriver;

export const BroadcastChannelDriver: DriverClass = ApplicationDriver;
export const MemoryDriver: DriverClass = ApplicationDriver;
export const WebSocketDriver: DriverClass = ApplicationDriver;

/** Over the adapter of the test room. */
export function diagnose(options: Omit<DiagnoseOptions, "adapter"> = {}): Promise<Diagnosis> {
  return coreDiagnose({ ...options, adapter: currentRoom("diagnose()").seat().adapter });
}
