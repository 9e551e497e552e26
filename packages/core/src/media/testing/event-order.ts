import type { MediaStreamLike, MediaStreamTrackLike } from "../media-types.js";
import type { Peer } from "../../peer.js";
import type { RemotePeer } from "../../remote-peer.js";

/** Watches the events of a peer and notes each that comes out of the order of the contract. */
export function watchOrder(peer: Peer, violations: string[]): void {
  const seen = new Map<RemotePeer, Map<string, { stream: MediaStreamLike; tracks: Set<MediaStreamTrackLike> }>>();
  const expect = (holds: boolean, what: string): void => void (holds || violations.push(what));
  peer.on("connection:new", ({ remote }) => void seen.set(remote, new Map()));
  peer.on("connection:closed", ({ remote }) => {
    expect(seen.get(remote)?.size === 0, "a remote was closed before its streams were removed");
    seen.delete(remote);
  });
  peer.on("stream:add", ({ remote, label, stream }) => {
    const streams = seen.get(remote);
    expect(streams !== undefined, `${label} added of a remote that is not there`);
    expect(streams?.has(label) === false, `${label} added twice`);
    expect(remote.streams.get(label) === stream, `${label} added, but not in streams`);
    streams?.set(label, { stream, tracks: new Set() });
  });
  peer.on("track:add", ({ remote, label, stream, track }) => {
    const one = seen.get(remote)?.get(label);
    expect(one?.stream === stream, `a track was added to ${label}, which is not there`);
    expect(one?.tracks.has(track) === false, `a track was added to ${label} twice`);
    expect(stream.getTracks().includes(track), `a track was added to ${label}, but is not in the stream`);
    one?.tracks.add(track);
  });
  peer.on("track:remove", ({ remote, label, stream, track }) => {
    const one = seen.get(remote)?.get(label);
    expect(one?.stream === stream && one.tracks.delete(track), `a track was removed from ${label}, which had it not`);
    expect(!stream.getTracks().includes(track), `a track was removed from ${label}, but is in the stream`);
  });
  peer.on("stream:remove", ({ remote, label, stream }) => {
    const streams = seen.get(remote);
    const one = streams?.get(label);
    expect(one?.stream === stream && one.tracks.size === 0, `${label} was removed before its tracks`);
    expect(!remote.streams.has(label), `${label} was removed, but is in streams`);
    streams?.delete(label);
  });
}
