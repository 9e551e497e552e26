import { expect, it } from "vitest";
import { drivers } from "./broker-drivers.js";
import { serveSignaling } from "./socketio-server.js";

it("makes every driver, and nothing connects before it is used", async () => {
  for (const create of Object.values(drivers)) {
    const driver = create();
    expect(driver.state).toBe("connecting");
    await driver.close();
  }
});

it("serves a server that is handed in", () => expect(serveSignaling).toHaveLength(1));
