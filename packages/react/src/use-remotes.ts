import type { Peer } from "peerhood";
import { remotesStore, type RemoteSnapshot } from "peerhood/store";
import { useMemo } from "react";
import { useStore } from "./use-store.js";

const NOBODY: readonly never[] = [];

/**
 * The other members of the room, with their state and metadata. An item stays the same object until something about that
 * remote changes.
 */
export function useRemotes<Metadata = unknown>(peer: Peer | undefined): readonly RemoteSnapshot<Metadata>[] {
  const store = useMemo(() => (peer === undefined ? undefined : remotesStore<Metadata>(peer)), [peer]);
  return useStore<readonly RemoteSnapshot<Metadata>[]>(store, NOBODY);
}
