import type { Driver } from "@peerhood/core";
import { TcpRelay } from "@peerhood/testing/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

export interface HandedIn<Client> {
  start(): Promise<{ readonly port: number; stop(): Promise<void> }>;
  /** A client as an application makes it, which reconnects by itself and soon. */
  connect(port: number): Promise<Client>;
  driver(client: Client): Driver;
  isUsable(client: Client): boolean;
  disconnect(client: Client): Promise<unknown>;
}

/** A client that was handed in: used, followed through an outage, and left open. */
export function describeHandedIn<Client>(name: string, parts: HandedIn<Client>): void {
  describe(name, () => {
    let broker: Awaited<ReturnType<HandedIn<Client>["start"]>> | undefined;
    let relay: TcpRelay;

    beforeAll(async () => {
      broker = await parts.start();
      relay = await TcpRelay.to(broker.port);
    });
    afterAll(async () => {
      await relay.close();
      await broker?.stop();
    });

    it("carries messages, is followed through an outage, and stays open when the driver closes", async () => {
      const client = await parts.connect(relay.port);
      const driver = parts.driver(client);
      const states: unknown[] = [];
      driver.on("state", (state) => states.push(state));
      let heard: (text: string) => void = () => {};
      const next = (): Promise<string> => new Promise((resolve) => (heard = resolve));
      await driver.subscribe("room/all", (data) => heard(new TextDecoder().decode(data)));

      for (const text of ["before", "after"]) {
        const arrived = next();
        await driver.publish("room/all", new TextEncoder().encode(text));
        expect(await arrived).toBe(text);
        if (text === "after") break;
        const back = new Promise<void>((resolve) => {
          const stop = driver.on("state", (state) => {
            if (state !== "open") return;
            stop();
            resolve();
          });
        });
        await relay.cut();
        await back;
      }
      expect(states).toEqual(["open", "connecting", "open"]);
      await driver.close();
      expect(parts.isUsable(client)).toBe(true);
      // What another driver on the same client hears is its own.
      const other = parts.driver(client);
      await other.publish("room/all", new Uint8Array(1));
      await other.close();
      await parts.disconnect(client);
    });
  });
}
