export { adapterConformance } from "./conformance/adapter.js";
export {
  PURPOSEFUL_ERROR_MESSAGE,
  type AdapterConformanceCase,
  type AdapterConformanceContext,
} from "./conformance/adapter/context.js";
export { connectPair, type ChannelPair, type ConnectedPair } from "./conformance/adapter/connected-pair.js";
export { Inbox, opened } from "./conformance/adapter/inbox.js";
export { Side, type SideOptions } from "./conformance/adapter/side.js";
export type { ConformanceCase } from "./conformance/case.js";
export { driverConformance } from "./conformance/driver.js";
export type { DriverConformanceOptions } from "./conformance/driver/options.js";
export {
  createSimulatedAdapter,
  type SimulatedAdapter,
  type SimulatedAdapterOptions,
} from "./adapter/simulated-adapter.js";
export type { SimulatedNative } from "./adapter/simulated-connection.js";
export { SimulatedStream } from "./media/simulated-stream.js";
export { SimulatedTrack } from "./media/simulated-track.js";
export { VirtualClock, type PendingTimer, type VirtualClockOptions } from "./clock/virtual-clock.js";
export {
  HostileBroker,
  type BrokerRecord,
  type HostileBrokerOptions,
  type Hostility,
} from "./driver/hostile-broker.js";
export { SimulatedDriver, type SimulatedDriverOptions } from "./driver/simulated-driver.js";
export type { LinkConditions } from "./network/conditions.js";
export type { NetworkPlane, PacketEvent } from "./network/network-plane.js";
export { assertNothingLeft } from "./leaks/assert-nothing-left.js";
export {
  SimulatedNetwork,
  type HandleCounts,
  type LiveCounts,
  type SimulatedNetworkOptions,
} from "./network/simulated-network.js";
export { createTestRoom, type TestNetwork, type TestRoomOptions } from "./room/create-test-room.js";
export { TestRoom } from "./room/test-room.js";
export type { TimelineEntry } from "./room/timeline.js";
export type { AwaitedEvent, WaitOptions } from "./room/wait.js";
export { SeededRandom } from "./random/seeded-random.js";
