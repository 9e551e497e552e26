import { NO_PEER, PeerSession, type PeerSessionOptions, type PeerSnapshot } from "peerhood/store";
import { useEffect, useState } from "react";
import { useStore } from "./use-store.js";

export interface UsePeerResult extends PeerSnapshot {
  /** Joins again after `status` was `failed`. */
  readonly retry: () => void;
}

/**
 * A peer that is in the room while this component is mounted. `peer` is `undefined` on the first render, on a server, and
 * while `room` is; it is another one after `room` or `password` has changed. A change of `metadata` is told to the others;
 * all other options count from the next room on.
 *
 * ```tsx
 * const { peer, status, error } = usePeer({ driver: () => new WebSocketDriver(url), room: "lobby", metadata: { name } });
 * ```
 */
export function usePeer(options: PeerSessionOptions): UsePeerResult {
  // Nothing is running in a session that nobody holds, so one that React throws away leaves nothing behind.
  const [session] = useState(() => new PeerSession());
  useEffect(() => session.set(options));
  useEffect(() => session.hold(), [session]);
  const snapshot = useStore(session, NO_PEER);
  return { ...snapshot, retry: session.retry };
}
