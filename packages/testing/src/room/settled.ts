import type { TestPeer } from "./test-peer.js";
import type { Timeline } from "./timeline.js";

/** Each peer is connected to all others of its room that it can reach. */
export function seesAll(peers: readonly TestPeer[], severed: (a: TestPeer, b: TestPeer) => boolean): boolean {
  return peers.every((a) =>
    peers.every((b) => {
      if (a === b || !a.active || a.room !== b.room || severed(a, b)) return true;
      return a.remotes.get(b.id)?.state === "connected";
    }),
  );
}

/** What a peer has open for everyone is open to each that it is connected to. */
export function openChannelsAreOpen(peers: readonly TestPeer[]): boolean {
  return peers.every((peer) =>
    [...peer.remotes.values()].every(
      ({ state, channels }) =>
        state !== "connected" || [...peer.channels.keys()].every((label) => channels.get(label)?.readyState === "open"),
    ),
  );
}

/** Nobody is on the way to another state, but for remotes that can not be reached. */
export function isSettled(
  peers: readonly TestPeer[],
  timeline: Timeline,
  severed: (a: string, b: string) => boolean,
): boolean {
  return peers.every((peer) => {
    if (peer.isMoving) return false;
    return [...peer.remotes.values()].every(({ id, state, channels }) => {
      if (severed(peer.seat.name, timeline.nameOf(id))) return true;
      if (state !== "connected" && state !== "closed") return false;
      return [...channels.values()].every(
        ({ readyState, bufferedAmount }) =>
          readyState === "closed" || (readyState === "open" && bufferedAmount === 0) || state === "closed",
      );
    });
  });
}
