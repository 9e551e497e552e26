import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, inject, it } from "vitest";
import { MEET } from "./meet.js";
import { runNode } from "./run-node.js";

const consumer = inject("consumer");
const copies: string[] = [];

afterAll(() => Promise.all(copies.map((folder) => rm(folder, { recursive: true, force: true }))));

const REPORT = `meet().then((result) => console.log(JSON.stringify(result)));`;
const MET_IN_NODE = { code: 0, stderr: "", stdout: JSON.stringify({ text: "hello", native: "PeerConnection" }) };

it("import takes the Node adapter, and two peers meet over it", async () => {
  const source = `import { Peer, MemoryDriver, WebSocketDriver } from "peerhood";\n${MEET}${REPORT}`;
  await writeFile(join(consumer, "esm.mjs"), source);
  expect(await runNode(consumer, ["esm.mjs"])).toEqual(MET_IN_NODE);
});

it("require takes the same", async () => {
  const source = `const { Peer, MemoryDriver, WebSocketDriver } = require("peerhood");\n${MEET}${REPORT}`;
  await writeFile(join(consumer, "cjs.cjs"), source);
  expect(await runNode(consumer, ["cjs.cjs"])).toEqual(MET_IN_NODE);
});

it("a page's build in Node would fail here: with the browser's condition there is no native code to meet over", async () => {
  const { code, stderr } = await runNode(consumer, ["--conditions=browser", "esm.mjs"]);
  expect(code).not.toBe(0);
  expect(stderr).toContain("NATIVE_MODULE_MISSING");
});

it("WebSocketDriver has a socket in Node 20, which has none of its own", async () => {
  await writeFile(
    join(consumer, "socket.mjs"),
    `import { startServer } from "@peerhood/server";
     import { WebSocketDriver } from "peerhood";
     const server = await startServer({ port: 0, host: "127.0.0.1" });
     const driver = new WebSocketDriver(server.url);
     await driver.subscribe("topic", (data) => {
       console.log(new TextDecoder().decode(data));
       driver.close().then(() => server.close());
     });
     await driver.publish("topic", new TextEncoder().encode("over the server"));`,
  );
  expect(await runNode(consumer, ["socket.mjs"])).toEqual({ code: 0, stdout: "over the server", stderr: "" });
});

it("import touches no native code; without the binary the first use says so", async () => {
  const folder = await mkdtemp(join(tmpdir(), "peerhood-no-binary-"));
  copies.push(folder);
  await cp(join(consumer, "node_modules"), join(folder, "node_modules"), { recursive: true });
  await rm(join(folder, "node_modules/@node-datachannel"), { recursive: true });
  await writeFile(
    join(folder, "bot.mjs"),
    `import { nodeAdapter } from "@peerhood/adapter-node";
     import { Peer, MemoryDriver } from "peerhood";
     console.log(nodeAdapter.name, typeof Peer);
     ${MEET}
     meet().catch((error) => console.log(error.name, error.code, error.message));`,
  );
  expect(await runNode(folder, ["bot.mjs"])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^node function\nPeerhoodError NATIVE_MODULE_MISSING .*npm install node-datachannel/),
    stderr: "",
  });
});
