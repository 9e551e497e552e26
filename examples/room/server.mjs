import { networkInterfaces } from "node:os";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { startServer } from "@peerhood/server";
import { createPage } from "./page.mjs";

/**
 * The page and the signaling socket on one port.
 * @param {{ port?: number, host?: string }} [options] port 0 takes a free one
 */
export async function startRoom({ port = 8787, host = "127.0.0.1" } = {}) {
  const onRequest = await createPage();
  return startServer({ port, host, onRequest });
}

/** Addresses under which others on the network find this machine. */
function addresses() {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter((entry) => entry.family === "IPv4" && !entry.internal).map((entry) => entry.address),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "8787" }, host: { type: "string", default: "127.0.0.1" } },
  });
  const server = await startRoom({ port: Number(values.port), host: values.host });
  console.log(`The room:    http://localhost:${server.port}/?room=lobby`);
  if (values.host === "0.0.0.0") {
    for (const address of addresses()) console.log(`For others:  http://${address}:${server.port}/?room=lobby`);
  }
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
    process.once(signal, () => void server.close());
  }
}
