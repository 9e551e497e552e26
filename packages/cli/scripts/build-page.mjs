// Bundles the room page of examples/room into page/, for `peerhood serve`.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildPage } from "@peerhood/example-room/page.mjs";

const folder = fileURLToPath(new URL("../page/", import.meta.url));
await mkdir(folder, { recursive: true });
const names = { "/": "index.html", "/room.js": "room.js", "/inspector.js": "inspector.js", "/room.css": "room.css" };
for (const [path, { body }] of await buildPage()) {
  await writeFile(folder + names[/** @type {keyof typeof names} */ (path)], body);
}
