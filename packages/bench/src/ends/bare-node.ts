// One end of a bare connection in Node: node-datachannel as its README says.
import * as native from "node-datachannel";
import type { BareChannel, BareDescription } from "./bare-channel.js";
import { use } from "./bare-workload.js";

export { bulk, expectBytes, messages, pingPong, pingUnderBulk } from "./bare-workload.js";

let connection: native.PeerConnection;
let isOpen: Promise<void>;

function start(): Promise<native.PeerConnection> {
  connection = new native.PeerConnection("bench", { iceServers: [] });
  return new Promise((resolve) => {
    connection.onGatheringStateChange((state) => {
      if (state === "complete") resolve(connection);
    });
  });
}

function description(): BareDescription {
  const local = connection.localDescription();
  if (local === null) throw new Error("gathered, and no description");
  return { type: local.type === "offer" ? "offer" : "answer", sdp: local.sdp };
}

export async function offer(): Promise<BareDescription> {
  const gathered = start();
  const channels = ["main", "ping"].map((label) => connection.createDataChannel(label));
  isOpen = opening(channels);
  await gathered;
  return description();
}

export async function answer(remote: BareDescription): Promise<BareDescription> {
  const gathered = start();
  isOpen = new Promise((resolve) => {
    const channels: native.DataChannel[] = [];
    connection.onDataChannel((channel) => {
      channels.push(channel);
      if (channels.length === 2) resolve(opening(channels));
    });
  });
  connection.setRemoteDescription(remote.sdp, remote.type);
  await gathered;
  return description();
}

export function accept(remote: BareDescription): void {
  connection.setRemoteDescription(remote.sdp, remote.type);
}

export function opened(): Promise<void> {
  return isOpen;
}

async function opening(channels: readonly native.DataChannel[]): Promise<void> {
  const [main, ping] = ["main", "ping"].map((label) => channels.find((channel) => channel.getLabel() === label));
  if (main === undefined || ping === undefined) throw new Error("a channel is missing");
  use(bare(main), bare(ping));
  await Promise.all(
    channels.map((channel) => channel.isOpen() || new Promise<void>((resolve) => channel.onOpen(resolve))),
  );
}

function bare(channel: native.DataChannel): BareChannel {
  return {
    send: (data) => void channel.sendMessageBinary(data),
    bufferedAmount: () => channel.bufferedAmount(),
    whenLow(bytes, low) {
      channel.setBufferedAmountLowThreshold(bytes);
      channel.onBufferedAmountLow(low);
    },
    onMessage: (listener) => channel.onMessage((message) => listener((message as Buffer).length)),
  };
}
