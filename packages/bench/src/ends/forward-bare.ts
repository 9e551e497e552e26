// The same with node-datachannel alone: packets go on as they came, under another SSRC.
import * as native from "node-datachannel";
import type { BareDescription } from "./bare-channel.js";
import { atPace, FRAME_BYTES, PACKETS_PER_FRAME, vp8Frame } from "./video.js";

export { cpuMs } from "./usage.js";

interface Leg {
  readonly connection: native.PeerConnection;
  readonly track: native.Track;
}

const PAYLOAD_TYPE = 96;
/** The leg to the sender is number 0. */
const legs: Leg[] = [];
const received: number[] = [];
let sequenceNumber = 0;
let frames = 0;

function start(index: number): { leg: Leg; gathered: Promise<void> } {
  const connection = new native.PeerConnection(`forward-${index}`, { iceServers: [], disableAutoNegotiation: true });
  const gathered = new Promise<void>((resolve) => {
    connection.onGatheringStateChange((state) => state === "complete" && resolve());
  });
  const section = new native.Video("video", "SendRecv");
  section.addVP8Codec(PAYLOAD_TYPE);
  section.addSSRC(1_000 + index, "bench");
  const leg = { connection, track: connection.addTrack(section) };
  legs[index] = leg;
  return { leg, gathered };
}

export async function offer(index: number): Promise<BareDescription> {
  const { leg, gathered } = start(index);
  received[index] = 0;
  // The last packet of a frame has the marker.
  leg.track.onMessage((packet) => {
    if (((packet[1] ?? 0) & 0x80) !== 0) received[index] = (received[index] ?? 0) + 1;
  });
  leg.connection.setLocalDescription("offer");
  await gathered;
  return { type: "offer", sdp: leg.connection.localDescription()?.sdp ?? "" };
}

export async function answer(index: number, remote: BareDescription): Promise<BareDescription> {
  const { leg, gathered } = start(index);
  if (index === 0) leg.track.onMessage(forward);
  else leg.track.onMessage(() => {});
  leg.connection.setRemoteDescription(remote.sdp, remote.type);
  leg.connection.setLocalDescription("answer");
  await gathered;
  return { type: "answer", sdp: leg.connection.localDescription()?.sdp ?? "" };
}

export function accept(index: number, remote: BareDescription): void {
  legs[index]?.connection.setRemoteDescription(remote.sdp, remote.type);
}

export async function opened(): Promise<void> {
  for (const { track } of legs) if (!track.isOpen()) await new Promise<void>((resolve) => track.onOpen(resolve));
}

function forward(packet: Buffer): void {
  for (const [index, { track }] of legs.entries()) {
    if (index === 0) continue;
    const copy = Buffer.from(packet);
    copy.writeUInt32BE(1_000 + index, 8);
    track.sendMessageBinary(copy);
  }
}

/** Sends for so long. Resolves with the fewest frames that one receiver got. */
export async function send(ms: number, speed: number): Promise<number> {
  const before = [...received];
  const size = Math.ceil(FRAME_BYTES / PACKETS_PER_FRAME);
  await atPace(ms, speed, () => {
    const frame = vp8Frame(frames);
    for (let piece = 0; piece < PACKETS_PER_FRAME; piece++) {
      const header = Buffer.alloc(13);
      header[0] = 0x80;
      header[1] = PAYLOAD_TYPE | (piece === PACKETS_PER_FRAME - 1 ? 0x80 : 0);
      header.writeUInt16BE((sequenceNumber = (sequenceNumber + 1) & 0xffff), 2);
      header.writeUInt32BE((frames * 3_000) >>> 0, 4);
      header.writeUInt32BE(1_000, 8);
      header[12] = piece === 0 ? 0x10 : 0;
      legs[0]?.track.sendMessageBinary(Buffer.concat([header, frame.subarray(piece * size, (piece + 1) * size)]));
    }
    frames++;
  });
  return Math.min(...received.slice(1).map((count, index) => count - (before[index + 1] ?? 0)));
}
