import type { PeerhoodError } from "../errors.js";
import type { PeerEvents } from "../events.js";
import type { ChannelMessage } from "../session/messages.js";
import type { Clock } from "../util/clock.js";
import type { Logger } from "../util/logger.js";

type ChannelEventName = Extract<keyof PeerEvents, `channel:${string}`>;

export interface ChannelRegistryOptions {
  readonly remoteId: string;
  /** The side that makes the offers also gives out the ids. */
  readonly offering: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly bulkFrameBytes: number;
  readonly fire: <K extends ChannelEventName>(
    name: K,
    fields: Omit<PeerEvents[K], "name" | "id" | "remote">,
  ) => boolean;
  readonly listens: (name: "channel:message") => boolean;
  /** Sends over the control channel. */
  readonly send: (message: ChannelMessage) => void;
  readonly onViolation: (error: PeerhoodError) => void;
}
