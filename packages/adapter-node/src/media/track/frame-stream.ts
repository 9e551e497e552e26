import { MAX_UNREAD_FRAMES } from "../constants.js";
import type { EncodedFrame } from "./encoded-frame.js";
import type { NodeMediaStreamTrack } from "./node-media-stream-track.js";

/** The frames of a track as a stream that holds a bounded number of them. */
export function frameStream(track: NodeMediaStreamTrack): ReadableStream<EncodedFrame> {
  let waitsForKey = track.kind === "video";
  let unsubscribe = (): void => {};
  return new ReadableStream<EncodedFrame>(
    {
      start(controller) {
        unsubscribe = track.subscribe(
          ({ frame }) => {
            if ((controller.desiredSize ?? 0) <= 0) {
              waitsForKey = track.kind === "video";
              return;
            }
            // Again with each frame: the first request may have been lost, or come too soon after another.
            if (waitsForKey && frame.type !== "key") return track.requestKeyFrame();
            waitsForKey = false;
            controller.enqueue(frame);
          },
          () => controller.close(),
        );
        if (waitsForKey) track.requestKeyFrame();
      },
      cancel: () => unsubscribe(),
    },
    { highWaterMark: MAX_UNREAD_FRAMES },
  );
}
