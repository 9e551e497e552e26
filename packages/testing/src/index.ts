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
