import type { PeerhoodError } from "../errors.js";
import type { PeerEvents } from "../events.js";
import type { ChannelMessage, Receipt } from "../session/messages.js";
import type { Clock } from "../util/clock.js";
import type { Logger } from "../util/logger.js";

type ChannelEventName = Extract<keyof PeerEvents, `channel:${string}`>;

export interface ChannelRegistryOptions {
  readonly remoteId: string;
  /** The side that makes the offers also gives out the ids. */
  readonly offering: boolean;
  /** Stands still while there is no connection. */
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
  /** Sends over the control channel of the connection in use. */
  readonly send: (message: ChannelMessage | ({ readonly t: "got" } & Receipt)) => void;
  readonly onViolation: (error: PeerhoodError) => void;
}
