import type { ConnectionAdapter } from "../adapter.js";
import type { Driver } from "../driver.js";
import { MemoryDriver } from "../drivers/memory-driver.js";
import type { Logger } from "../util/logger.js";

const NO_DRIVER =
  "No driver was given, so this peer finds only others in the same page. Pass for example " +
  "new WebSocketDriver(url), or new BroadcastChannelDriver() for the tabs of one browser.";

/** For a Peer that was given none. Here, so that no page loads it before it joins. */
export function defaultDriver({ name }: ConnectionAdapter, logger: Logger): Driver {
  if (name === "browser") logger.warn(NO_DRIVER);
  return new MemoryDriver();
}
