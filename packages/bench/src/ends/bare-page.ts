// One end of a bare connection in a page: RTCPeerConnection and two data channels.
import type { BareChannel, BareDescription } from "./bare-channel.js";
import { use } from "./bare-workload.js";

export { bulk, expectBytes, messages, pingPong, pingUnderBulk } from "./bare-workload.js";

let connection: RTCPeerConnection;
let isOpen: Promise<void>;

async function describe(): Promise<BareDescription> {
  await connection.setLocalDescription();
  if (connection.iceGatheringState !== "complete") {
    await new Promise<void>((resolve) => {
      connection.addEventListener("icegatheringstatechange", () => {
        if (connection.iceGatheringState === "complete") resolve();
      });
    });
  }
  const local = connection.localDescription;
  if (local === null) throw new Error("gathered, and no description");
  return { type: local.type === "offer" ? "offer" : "answer", sdp: local.sdp };
}

export function offer(): Promise<BareDescription> {
  connection = new RTCPeerConnection();
  isOpen = opening(["main", "ping"].map((label) => connection.createDataChannel(label)));
  return describe();
}

export async function answer(remote: BareDescription): Promise<BareDescription> {
  connection = new RTCPeerConnection();
  isOpen = new Promise((resolve) => {
    const channels: RTCDataChannel[] = [];
    connection.addEventListener("datachannel", ({ channel }) => {
      channels.push(channel);
      if (channels.length === 2) resolve(opening(channels));
    });
  });
  await connection.setRemoteDescription(remote);
  return describe();
}

export async function accept(remote: BareDescription): Promise<void> {
  await connection.setRemoteDescription(remote);
}

export function opened(): Promise<void> {
  return isOpen;
}

async function opening(channels: readonly RTCDataChannel[]): Promise<void> {
  const [main, ping] = ["main", "ping"].map((wanted) => channels.find(({ label }) => label === wanted));
  if (main === undefined || ping === undefined) throw new Error("a channel is missing");
  use(bare(main), bare(ping));
  await Promise.all(
    channels.map(async (channel) => {
      if (channel.readyState === "open") return;
      await new Promise((resolve) => channel.addEventListener("open", resolve, { once: true }));
    }),
  );
}

function bare(channel: RTCDataChannel): BareChannel {
  channel.binaryType = "arraybuffer";
  return {
    send: (data) => channel.send(data),
    bufferedAmount: () => channel.bufferedAmount,
    whenLow(bytes, low) {
      channel.bufferedAmountLowThreshold = bytes;
      channel.onbufferedamountlow = low;
    },
    onMessage: (listener) =>
      channel.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => listener(data.byteLength)),
  };
}
