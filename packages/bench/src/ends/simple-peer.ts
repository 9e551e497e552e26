// simple-peer in a page: the standalone script of its package. It has messages of one frame, and a stream for the rest.
import SimplePeer from "simple-peer/simplepeer.min.js";
import type { BareDescription } from "./bare-channel.js";
import { allArrived, arrived, use } from "./library-workload.js";

export { bulk, expectBytes, messages } from "./library-workload.js";

const CHUNK_BYTES = 65_536;
const ALL = "all";

let peer: SimplePeer;
let isOpen: Promise<void>;

function start(initiator: boolean): Promise<BareDescription> {
  peer = new SimplePeer({ initiator, trickle: false, config: { iceServers: [] } });
  isOpen = new Promise((resolve) => peer.on("connect", () => resolve()));
  use({
    send: (data) => peer.send(data),
    sendLarge: writeAll,
    tellAll: () => peer.send(ALL),
  });
  peer.on("data", (data) => {
    if (data.length === ALL.length && new TextDecoder().decode(data) === ALL) allArrived();
    else arrived(data.length);
  });
  return new Promise((resolve) => peer.on("signal", resolve));
}

async function writeAll(data: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let offset = 0; offset < data.length; offset += CHUNK_BYTES) {
    if (peer.write(data.subarray(offset, offset + CHUNK_BYTES))) continue;
    await new Promise<void>((resolve) => peer.once("drain", () => resolve()));
  }
}

export function offer(): Promise<BareDescription> {
  return start(true);
}

export function answer(remote: BareDescription): Promise<BareDescription> {
  const answered = start(false);
  peer.signal(remote);
  return answered;
}

export function accept(remote: BareDescription): void {
  peer.signal(remote);
}

export function opened(): Promise<void> {
  return isOpen;
}
