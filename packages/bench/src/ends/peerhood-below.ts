// An end of peerhood that is signaled by the process above it.
import { ParentDriver } from "./parent-driver.js";
import { joinBy } from "./peerhood.js";

export { bulk, leave, messages, opened, pingPong, pingUnderBulk } from "./peerhood.js";

export function join(_url: string, room: string): Promise<void> {
  return joinBy(new ParentDriver(), room);
}
