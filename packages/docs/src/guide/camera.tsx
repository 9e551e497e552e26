import { useStream } from "@peerhood/react";
import type { Peer } from "peerhood";

export function Cameras({ peer, own }: { peer: Peer | undefined; own: MediaStream | undefined }) {
  const cameras = useStream<MediaStream>(peer, "camera", { share: own });
  return cameras.map(({ id, stream }) => (
    <video
      key={id}
      autoPlay
      playsInline
      ref={(video) => {
        if (video !== null && video.srcObject !== stream) video.srcObject = stream;
      }}
    />
  ));
}
