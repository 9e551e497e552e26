// A bot that forwards a video, in one process; who sends it and who receive it, in another.
import { NodeMediaStream, NodeMediaStreamTrack } from "@peerhood/adapter-node";
import { Peer, WebSocketDriver } from "peerhood";
import { atPace, vp8Frame } from "./video.js";

export { cpuMs } from "./usage.js";

const source = new NodeMediaStreamTrack({ kind: "video", codec: "VP8" });
const received: number[] = [];
let ready: Promise<unknown>;
let driver: WebSocketDriver;

async function join(room: string): Promise<Peer> {
  const peer = new Peer({ driver });
  await peer.join(room);
  return peer;
}

/** The sender, and receivers in another room. */
export async function startOutside(url: string, name: string, receivers: number): Promise<void> {
  driver = new WebSocketDriver(url);
  const sender = await join(`${name}-source`);
  sender.share({ label: "video", stream: new NodeMediaStream([source]) });
  const rooms = Array.from({ length: receivers }, (_, index) => index);
  ready = Promise.all(
    rooms.map(async (index) => {
      const peer = new Peer({ driver });
      received[index] = 0;
      const watching = new Promise<void>((resolve) => {
        peer.on("track:add", ({ track }) => {
          (track as NodeMediaStreamTrack).subscribe(() => (received[index] = (received[index] ?? 0) + 1));
          resolve();
        });
      });
      await peer.join(`${name}-hall`);
      await watching;
    }),
  );
}

/** The bot. Resolves when it has the stream and has shared it with all. */
export async function startForwarder(url: string, name: string): Promise<void> {
  driver = new WebSocketDriver(url);
  const from = new Peer({ driver });
  const stream = new Promise<NodeMediaStream>((resolve) => {
    from.on("stream:add", (event) => resolve(event.stream as NodeMediaStream));
  });
  await from.join(`${name}-source`);
  const to = await join(`${name}-hall`);
  to.share({ label: "video", stream: await stream });
}

export async function allReceive(): Promise<void> {
  await ready;
}

/** Sends for so long. Resolves with the fewest frames that one receiver got. */
export async function send(ms: number, speed: number): Promise<number> {
  const before = [...received];
  let written = 0;
  await atPace(ms, speed, () => source.writeFrame({ data: vp8Frame(written), timestamp: written++ * 3_000 }));
  return Math.min(...received.map((count, index) => count - (before[index] ?? 0)));
}
