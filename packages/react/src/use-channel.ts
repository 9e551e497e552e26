import { PeerhoodError, type OpenOptions, type Peer, type Transfer } from "peerhood";
import { channelStore, type ChannelSnapshot, type ChannelStore, type ChannelStoreOptions } from "peerhood/store";
import { useCallback, useMemo } from "react";
import { useStore } from "./use-store.js";

export interface UseChannelOptions extends ChannelStoreOptions, Omit<OpenOptions, "label"> {}

export interface UseChannelResult<Data> extends ChannelSnapshot<Data> {
  /**
   * Sends to everyone, or to those of `to`, and adds the message to `messages`.
   * @throws PeerhoodError `NOT_JOINED` while there is no peer
   */
  readonly send: ChannelStore<Data>["send"];
}

const NOTHING: ChannelSnapshot<never> = { messages: [], openTo: 0, error: undefined };

/**
 * A channel that is open for everyone, and its messages, received and sent. Options count when the first component uses
 * that label. It stays open when the component is gone; what arrives then is nobody's. Large messages, as files, are
 * better taken from `channel:message` of the peer, as streams.
 */
export function useChannel<Data = unknown>(
  peer: Peer | undefined,
  label: string,
  { limit, ...options }: UseChannelOptions = {},
): UseChannelResult<Data> {
  const store = useMemo(
    () =>
      peer === undefined
        ? undefined
        : channelStore<Data>(peer, { label, ...options }, limit === undefined ? {} : { limit }),
    // The store is one per peer and label, whatever the options are later.
    [peer, label],
  );
  const snapshot = useStore<ChannelSnapshot<Data>>(store, NOTHING);
  const send = useCallback<ChannelStore<Data>["send"]>(
    (message, sendOptions): Transfer => {
      if (store !== undefined) return store.send(message, sendOptions);
      throw new PeerhoodError(
        "NOT_JOINED",
        `There is no peer yet to send on "${label}": wait until openTo is above 0.`,
      );
    },
    [store, label],
  );
  return { ...snapshot, send };
}
