import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { drivers } from "./broker-drivers.js";
import { serveSignaling } from "./socketio-server.js";

it.each(["broker-drivers", "socketio-server"])("%s is what the guide shows", (name) => {
  const code = readFileSync(new URL(`${name}.ts`, import.meta.url), "utf8");
  const guide = readFileSync(new URL("../../guide/drivers.md", import.meta.url), "utf8");
  expect(guide).toContain(`\`\`\`ts\n${code}\`\`\``);
});

it("makes every driver, and nothing connects before it is used", async () => {
  for (const create of Object.values(drivers)) {
    const driver = create();
    expect(driver.state).toBe("connecting");
    await driver.close();
  }
});

it("serves a server that is handed in", () => expect(serveSignaling).toHaveLength(1));
