import { NodeMediaStreamTrack } from "@peerhood/adapter-node";
import { PeerhoodError, type MediaKind, type MediaStreamLike, type MediaStreamTrackLike } from "@peerhood/core";

/**
 * The tracks of a stream, or the one that was given.
 * @throws PeerhoodError `UNSUPPORTED_TRACK`: there is none (of that kind), or it is not a track of Node's
 */
export function tracksOf(source: MediaStreamLike | MediaStreamTrackLike, kind?: MediaKind): NodeMediaStreamTrack[] {
  const all = "getTracks" in source ? source.getTracks() : [source];
  const tracks = all.filter((track) => kind === undefined || track.kind === kind);
  if (tracks.length === 0) {
    throw new PeerhoodError("UNSUPPORTED_TRACK", `There is no track${kind ? ` of ${kind}` : ""} in the stream.`);
  }
  return tracks.map((track) => {
    if (track instanceof NodeMediaStreamTrack) return track;
    throw new PeerhoodError(
      "UNSUPPORTED_TRACK",
      "A track in Node is a NodeMediaStreamTrack: one that a remote shares, or one that was made with a codec.",
    );
  });
}
