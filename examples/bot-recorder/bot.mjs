import { mkdir } from "node:fs/promises";
import { Peer, WebSocketDriver } from "peerhood";
import { recorder } from "./recorder.mjs";

const [url = "ws://localhost:8787", room = "lobby", folder = "recordings"] = process.argv.slice(2);
await mkdir(folder, { recursive: true });

const driver = new WebSocketDriver(url);
const peer = new Peer({ driver });
peer.on("error", ({ error }) => console.error(error.message));

const recording = recorder(peer, folder);
await peer.join({ room, metadata: { name: "Recorder", runtime: `Node ${process.versions.node}`, bot: true } });
console.log(`Recorder is in ${room} at ${url}. Ctrl-C ends it, and completes the files.`);

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, async () => {
    await recording.stop();
    await peer.leave();
    await driver.close();
  });
}
