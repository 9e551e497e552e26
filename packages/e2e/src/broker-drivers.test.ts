import { startHttpServer } from "../../drivers/src/test-support/http-server.js";
import { startCentrifugoDouble } from "../../drivers/src/test-support/centrifugo-double.js";
import { startMercureDouble } from "../../drivers/src/test-support/mercure-double.js";
import { startNostrRelay } from "../../drivers/src/test-support/nostr-relay.js";
import { startSupabaseDouble } from "../../drivers/src/test-support/supabase-double.js";
import { startTracker } from "../../drivers/src/test-support/tracker.js";
import { serveTopics } from "@peerhood/drivers/socketio-server";
import { Server } from "socket.io";
import { afterAll, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { describeEachBrowser, type BrowserPage } from "./browser/index.js";
import type * as pageModule from "./pages/broker-drivers.page.js";
import { createBrokerDriver } from "./pages/create-broker-driver.js";

const ENTRY = new URL("./pages/broker-drivers.page.ts", import.meta.url);

interface Broker {
  readonly port: number;
  stop(): Promise<void>;
}

async function startSocketIo(): Promise<Broker> {
  const http = await startHttpServer();
  serveTopics(new Server(http.server, { cors: { origin: "*" }, wsEngine: WebSocketServer }));
  return http;
}

const START: Readonly<Record<string, () => Promise<Broker>>> = {
  SocketIoDriver: startSocketIo,
  MercureDriver: () => startMercureDouble(),
  "MercureDriver with a token": () => startMercureDouble(),
  NostrDriver: () => startNostrRelay(),
  TrackersDriver: () => startTracker(),
  CentrifugoDriver: () => startCentrifugoDouble(),
  SupabaseDriver: () => startSupabaseDouble({ apiKey: "key" }),
};

describeEachBrowser("drivers over brokers, from a page to Node and back", (browser) => {
  let page: BrowserPage<typeof pageModule> | undefined;
  afterAll(() => page?.close());

  it.each(Object.entries(START))("%s", async (name, start) => {
    page ??= await browser().open<typeof pageModule>({ entry: ENTRY });
    const broker = await start();
    const driver = createBrokerDriver(name, broker.port);
    await driver.subscribe("questions", (data) => void driver.publish("answers", data));
    const { answer, sources } = await page.call("ask", name, broker.port, `${name}: 日本 🦜`);
    expect(answer).toBe(`${name}: 日本 🦜`);
    expect(sources > 0).toBe(name === "MercureDriver");
    expect(page.takeUncaught()).toEqual([]);
    await driver.close();
    await broker.stop();
  });
});
