import { createServer, type AddressInfo } from "node:net";
import { startServer, type SignalingServer } from "@peerhood/server";
import { driverConformance } from "@peerhood/testing";
import { MemoryDriver } from "@peerhood/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEachBrowser, type BrowserPage } from "./browser/index.js";
import type * as pageModule from "./pages/conformance-drivers.page.js";

type Page = BrowserPage<typeof pageModule>;

const ENTRY = new URL("./pages/conformance-drivers.page.ts", import.meta.url);
const TIMEOUT_MS = 30_000;

const createDriver = (): MemoryDriver => new MemoryDriver();
const namesOf = (cases: ReturnType<typeof driverConformance>): string[] => cases.map(({ name }) => name);
/** Only the names are used here: the drivers are made inside the page. */
const CASES = {
  BroadcastChannelDriver: namesOf(driverConformance({ createDriver })),
  WebSocketDriver: namesOf(
    driverConformance({ createDriver, createUnreachable: createDriver, interrupt: async () => {} }),
  ),
};

let server: SignalingServer;
/** Reads, so that it hears when a client goes away. */
const silent = createServer((socket) => void socket.resume());

beforeAll(async () => {
  server = await startServer({ port: 0 });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  await Promise.all([server.close(), new Promise((resolve) => silent.close(resolve))]);
});

async function restartServer(): Promise<void> {
  const { port } = server;
  await server.close();
  server = await startServer({ port });
}

describeEachBrowser("the contract of drivers", (browser) => {
  describe.each(Object.entries(CASES))("%s", (driver, cases) => {
    let page: Page | undefined;
    afterAll(() => page?.close());

    it.for(cases)("%s", { timeout: TIMEOUT_MS }, async (name) => {
      page ??= await browser().open({ entry: ENTRY, expose: { restartServer } });
      const { port } = silent.address() as AddressInfo;
      await page.call("runCase", driver, name, { server: server.url, silent: `ws://127.0.0.1:${port}` });
      expect(page.takeUncaught()).toEqual([]);
    });
  });

  it("BroadcastChannelDriver carries from page to page", async () => {
    const [listening, speaking]: Page[] = await Promise.all([
      browser().open<typeof pageModule>({ entry: ENTRY }),
      browser().open<typeof pageModule>({ entry: ENTRY }),
    ]);
    await listening?.call("listen", "pages");
    await speaking?.call("broadcast", "pages", "hello from the other page");
    expect(await listening?.call("heardBroadcast")).toBe("hello from the other page");
    await Promise.all([listening?.close(), speaking?.close()]);
  });
});
