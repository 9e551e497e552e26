// PeerJS in a page, as its README says, with its default serialization and a broker of its own on this machine.
import { Peer, type DataConnection } from "peerjs";
import { allArrived, arrived, use } from "./library-workload.js";

export { bulk, expectBytes, messages } from "./library-workload.js";

let peer: Peer;
let isOpen: Promise<void>;

/** Resolves once the broker knows this peer. */
export async function start(port: number, id: string): Promise<void> {
  // No STUN server: nothing outside this machine is contacted.
  peer = new Peer(id, { host: "127.0.0.1", port, path: "/", config: { iceServers: [] } });
  isOpen = new Promise((resolve) => peer.on("connection", (connection) => resolve(opening(connection))));
  await new Promise((resolve) => peer.on("open", resolve));
}

export function meet(id: string): void {
  isOpen = opening(peer.connect(id, { reliable: true }));
}

export function opened(): Promise<void> {
  return isOpen;
}

function opening(connection: DataConnection): Promise<void> {
  use({
    send: (data) => connection.send(data),
    sendLarge: (data) => connection.send(data),
    tellAll: () => void connection.send("all"),
  });
  connection.on("data", (data) => {
    if (data === "all") allArrived();
    else arrived((data as ArrayBuffer).byteLength);
  });
  return new Promise((resolve) => connection.on("open", resolve));
}
