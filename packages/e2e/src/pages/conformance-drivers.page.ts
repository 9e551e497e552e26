import { browserAdapter } from "@peerhood/adapter-browser";
import { BroadcastChannelDriver, WebSocketDriver, type Driver } from "@peerhood/core";
import { driverConformance, type DriverConformanceOptions } from "@peerhood/testing";

/** What the test outside lends to the page. */
declare global {
  /** Ends the signaling server and starts it again on the same port. */
  function restartServer(): Promise<void>;
}

export interface Urls {
  readonly server: string;
  /** Takes connections and never says a word. */
  readonly silent: string;
}

const { createSocket } = browserAdapter;

function optionsOf(name: string, urls: Urls): DriverConformanceOptions {
  if (name === "BroadcastChannelDriver") return { createDriver: () => new BroadcastChannelDriver() };
  return {
    createDriver: () => new WebSocketDriver(urls.server, { createSocket }),
    interrupt: () => globalThis.restartServer(),
    createUnreachable: () => new WebSocketDriver(urls.silent, { createSocket, connectionTimeoutMs: 500 }),
  };
}

/** Runs one case of the contract of drivers here, inside the page. */
export async function runCase(driver: string, name: string, urls: Urls): Promise<void> {
  const found = driverConformance(optionsOf(driver, urls)).find((one) => one.name === name);
  if (!found) throw new Error(`There is no case "${name}".`);
  await found.run();
}

let driver: Driver | undefined;
let heard: Promise<string> | undefined;

/** Listens on a broadcast channel; `heardBroadcast` tells the first message. */
export async function listen(topic: string): Promise<void> {
  driver = new BroadcastChannelDriver();
  let tell: (text: string) => void;
  heard = new Promise((resolve) => (tell = resolve));
  await driver.subscribe(topic, (data) => tell(new TextDecoder().decode(data)));
}

export async function heardBroadcast(): Promise<string | undefined> {
  const text = await heard;
  await driver?.close();
  return text;
}

export async function broadcast(topic: string, text: string): Promise<void> {
  const once = new BroadcastChannelDriver();
  await once.publish(topic, new TextEncoder().encode(text));
  await once.close();
}
