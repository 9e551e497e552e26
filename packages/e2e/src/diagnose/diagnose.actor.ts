// `diagnose`, the same code in a page and in Node.
import { diagnose, MemoryDriver, WebSocketDriver, type Diagnosis, type IceServer } from "peerhood";

export async function run(iceServers: IceServer[], url?: string, timeoutMs = 6_000): Promise<Diagnosis> {
  const driver = url === undefined ? new MemoryDriver() : new WebSocketDriver(url);
  try {
    return await diagnose({ iceServers, driver, timeoutMs });
  } finally {
    await driver.close();
  }
}
