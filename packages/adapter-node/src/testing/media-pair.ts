import type { MediaDemand } from "@peerhood/core";
import { connect, createEnd, type End } from "./pair.js";
import type { EncodedFrame } from "../media/track/encoded-frame.js";
import { NodeMediaStreamTrack } from "../media/track/node-media-stream-track.js";

/** Offer and answer, as core does when media changed. */
export async function negotiate(offering: End, answering: End): Promise<{ offer: string; answer: string }> {
  const offer = await offering.connection.createOffer();
  const answer = await answering.connection.acceptOffer(offer);
  await offering.connection.acceptAnswer(answer);
  return { offer: offer.sdp, answer: answer.sdp };
}

/** What the side that makes the offers does before each. */
export function reserveFor(offering: End, answering: End): void {
  const demand: MediaDemand = answering.connection.media.demand;
  offering.connection.media.reserve(demand);
}

export async function connectedPair(): Promise<[End, End]> {
  const ends: [End, End] = [createEnd(), createEnd()];
  await connect(...ends);
  return ends;
}

/** The track of the only section on which the remote may send. */
export function onlyIncoming({ connection }: End): NodeMediaStreamTrack {
  const [track, ...more] = connection.media.incoming.values();
  if (!(track instanceof NodeMediaStreamTrack) || more.length > 0) throw new Error("not one incoming track");
  return track;
}

/** Writes frames for as long as the test wants: what is sent before the other side is ready is lost. */
export function writeUntil(
  track: NodeMediaStreamTrack,
  frame: (index: number) => Uint8Array,
  step: number,
): () => void {
  let index = 0;
  const timer = setInterval(() => {
    track.writeFrame({ data: frame(index), timestamp: index * step });
    index++;
  }, 10);
  return () => clearInterval(timer);
}

/** The next frames of a track. */
export async function read(track: NodeMediaStreamTrack, count: number): Promise<EncodedFrame[]> {
  const frames: EncodedFrame[] = [];
  for await (const frame of track.frames()) {
    frames.push(frame);
    if (frames.length === count) break;
  }
  return frames;
}

/** Looks like a frame of VP8: the P bit and the start code of key frames (RFC 7741, section 4.3), then `index`. */
export function vp8Frame(index: number, isKey: boolean, bytes: number): Uint8Array {
  const frame = new Uint8Array(bytes).fill(index & 0xff);
  frame.set(isKey ? [0x10, 0, 0, 0x9d, 0x01, 0x2a] : [0x11, 0, 0, 0, 0, 0]);
  return frame;
}
