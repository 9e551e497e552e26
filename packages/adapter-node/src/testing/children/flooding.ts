import { createRequire } from "node:module";
import type * as NodeDatachannel from "node-datachannel";

const nd = createRequire(import.meta.url)("node-datachannel") as typeof NodeDatachannel;

/** A remote that is not peerhood: opens channels in-band and floods each, again and again. */
const ROUNDS = 3;
const CHANNELS = 150;
/** More than libdatachannel keeps for a channel that nobody reads, after which it stops reading the connection. */
const MESSAGES = 1_500;

const native = new nd.PeerConnection("flood", { iceServers: [], disableAutoNegotiation: true });
const held: NodeDatachannel.DataChannel[] = [];
const send = (message: unknown): boolean | undefined => process.send?.(message);

function hold(channel: NodeDatachannel.DataChannel): NodeDatachannel.DataChannel {
  held.push(channel);
  channel.onMessage(() => {});
  channel.onClosed(() => {});
  return channel;
}

function flood(name: string): void {
  const channel = hold(native.createDataChannel(name));
  channel.onOpen(() => {
    try {
      for (let count = 0; count < MESSAGES; count++) channel.sendMessage("x".repeat(100));
      channel.close();
    } catch {
      // Closed by the other side already, which is what it should do.
    }
  });
}

const control = hold(native.createDataChannel("control", { negotiated: true, id: 0 }));
control.onMessage((message) => {
  if (message === "ping") control.sendMessage("pong");
});
control.onOpen(async () => {
  for (let round = 0; round < ROUNDS; round++) {
    for (let count = 0; count < CHANNELS; count++) flood(`evil ${round} ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  control.sendMessage("flooded");
});
native.onStateChange(() => {});
native.onLocalCandidate((candidate, mid) => send({ candidate, mid }));
process.on("message", ({ offer, candidate }: { offer?: string; candidate?: string }) => {
  if (offer) {
    native.setRemoteDescription(offer, "offer");
    native.setLocalDescription("answer");
    send({ answer: native.localDescription()?.sdp });
  }
  if (candidate) native.addRemoteCandidate(candidate, "0");
});
