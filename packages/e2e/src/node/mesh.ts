// 20 peers in one process, each connected to each: then all leave, and the process has nothing left to do.
import { MemoryDriver, Peer } from "peerhood";

const COUNT = 20;
const peers = Array.from({ length: COUNT }, () => new Peer({ driver: new MemoryDriver() }));
let connected = 0;
const all = new Promise<void>((resolve) => {
  for (const peer of peers) {
    peer.on("connection:connected", () => {
      if (++connected === COUNT * (COUNT - 1)) resolve();
    });
  }
});
await Promise.all(peers.map((peer) => peer.join("mesh")));
await all;
const states = peers.flatMap((peer) => [...peer.remotes.values()].map(({ state }) => state));
await Promise.all(peers.map((peer) => peer.leave()));
const resources = process.getActiveResourcesInfo().filter((name) => !/^(TTY|Pipe|FS|Immediate)/.test(name));
console.log(
  JSON.stringify({
    ends: states.length,
    allConnected: states.every((state) => state === "connected"),
    remotesLeft: peers.reduce((sum, peer) => sum + peer.remotes.size, 0),
    resources,
  }),
);
