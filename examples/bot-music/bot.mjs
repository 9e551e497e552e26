import { Peer, WebSocketDriver } from "peerhood";
import { playList } from "./play-list.mjs";

const [url = "ws://localhost:8787", room = "lobby", ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: node bot.mjs ws://localhost:8787 lobby song.ogg clip.webm ...");
  process.exit(2);
}

const driver = new WebSocketDriver(url);
const peer = new Peer({ driver });
peer.on("error", ({ error }) => console.error(error.message));

const list = playList(peer, files);
await peer.open("chat");
await peer.join({ room, metadata: { name: "Music", runtime: `Node ${process.versions.node}`, bot: true } });
console.log(`Music is in ${room} at ${url}. Ctrl-C ends it.`);

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.once(signal, () => list.stop());
await list.ended;
await peer.leave();
await driver.close();
