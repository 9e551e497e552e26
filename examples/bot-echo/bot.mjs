import { Peer, WebSocketDriver } from "peerhood";
import { echo } from "./echo.mjs";

const [url = "ws://localhost:8787", room = "lobby"] = process.argv.slice(2);

const driver = new WebSocketDriver(url);
const peer = new Peer({ driver });
peer.on("connection:connected", ({ remote }) => console.log("here:", remote.metadata));
peer.on("connection:closed", ({ remote, reason }) => console.log("gone:", remote.metadata, reason));
peer.on("error", ({ error }) => console.error(error.message));

await echo(peer);
await peer.join({ room, metadata: { name: "Echo", runtime: `Node ${process.versions.node}`, bot: true } });
console.log(`Echo is in ${room} at ${url}. Ctrl-C ends it.`);

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, async () => {
    await peer.leave();
    await driver.close();
  });
}
