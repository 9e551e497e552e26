import type { MediaStreamLike, Peer, ShareOptions } from "peerhood";
import { holdShared, streamsStore, type StreamSnapshot } from "peerhood/store";
import { useEffect, useMemo } from "react";
import { useStore } from "./use-store.js";

export interface UseStreamOptions extends Omit<ShareOptions, "stream" | "label"> {
  /** What this side shares under the label while the component is mounted. */
  readonly share?: MediaStreamLike | undefined;
}

const NOTHING: readonly never[] = [];

/**
 * What the remotes share under that label, and what this side does: a stream that is handed over is shared with everyone
 * until the component is gone or hands over another.
 */
export function useStream<Stream extends MediaStreamLike = MediaStreamLike>(
  peer: Peer | undefined,
  label: string,
  { share, ...options }: UseStreamOptions = {},
): readonly StreamSnapshot<Stream>[] {
  const store = useMemo(() => (peer === undefined ? undefined : streamsStore<Stream>(peer, label)), [peer, label]);
  useEffect(() => {
    if (peer === undefined || share === undefined) return undefined;
    return holdShared(peer, { ...options, stream: share, label });
    // Parameters are an object that is made anew with each render: they count when the stream does.
  }, [peer, label, share]);
  return useStore<readonly StreamSnapshot<Stream>[]>(store, NOTHING);
}
