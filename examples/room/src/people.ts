import type { Peer, RemotePeer, RemoteState } from "peerhood";
import { type Profile, readProfile } from "./profile.js";

/** Statistics are asked for this often: fresh enough to watch, rare enough not to show in them. */
const STATS_INTERVAL_MS = 2_000;

/** One remote as the page shows it. */
export interface Person extends Profile {
  readonly id: string;
  readonly state: RemoteState;
  /** Unknown until the connection has chosen its path. */
  readonly relayed: boolean | undefined;
  readonly roundTripMs: number | undefined;
  /** Bytes per second in both directions together. */
  readonly bytesPerSecond: number;
}

interface Path {
  readonly relayed: boolean | undefined;
  readonly roundTripMs: number | undefined;
  readonly bytesPerSecond: number;
}

const UNKNOWN: Path = { relayed: undefined, roundTripMs: undefined, bytesPerSecond: 0 };

/** Keeps a list of who is here and how they are connected; `changed` gets all of it, in order of arrival. */
export function watchPeople(peer: Peer, changed: (people: readonly Person[]) => void): () => void {
  const paths = new Map<string, Path>();

  const show = (): void => {
    changed([...peer.remotes.values()].map((remote) => describe(remote, paths.get(remote.id) ?? UNKNOWN)));
  };

  const measure = async (remote: RemotePeer): Promise<void> => {
    const stats = await remote.stats();
    paths.set(remote.id, {
      relayed: stats.relayed,
      roundTripMs: stats.roundTripTimeMs,
      bytesPerSecond: ((stats.bitrateSent ?? 0) + (stats.bitrateReceived ?? 0)) / 8,
    });
  };

  const measureAll = async (): Promise<void> => {
    const connected = [...peer.remotes.values()].filter((remote) => remote.state === "connected");
    // A remote that leaves while it is asked has no statistics, and no place in the list either.
    await Promise.allSettled(connected.map(measure));
    for (const id of paths.keys()) if (!peer.remotes.has(id)) paths.delete(id);
    show();
  };

  const onConnected = (): void => void measureAll();
  peer.on("connection", show);
  peer.on("connection:connected", onConnected);
  peer.on("remote:metadata", show);
  const timer = setInterval(() => void measureAll(), STATS_INTERVAL_MS);
  show();

  return () => {
    clearInterval(timer);
    peer.off("connection", show);
    peer.off("connection:connected", onConnected);
    peer.off("remote:metadata", show);
  };
}

export function nameOf(remote: RemotePeer): string {
  return readProfile(remote.metadata).name;
}

function describe(remote: RemotePeer, path: Path): Person {
  const { id, state } = remote;
  return { ...readProfile(remote.metadata), id, state, ...(state === "connected" ? path : UNKNOWN) };
}
