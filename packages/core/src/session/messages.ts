import type { IceCandidate, SessionDescription } from "../adapter.js";
import type { ChannelOptions } from "../channel/channel-options.js";
import type { MediaDemand } from "../media/connection-media.js";
import type { MediaMessage, MediaState } from "../media/media-messages.js";

/** What two sessions say to each other before their control channel is open, by way of the driver. */
export type MeetingMessage =
  /** First of all: what the sender advertises. */
  | { readonly t: "intro"; readonly metadata: unknown }
  /** The sender's `verify` let the receiver in. */
  | { readonly t: "accept" }
  | { readonly t: "refuse" }
  /** Part of an exchange between the two `verify` functions. */
  | { readonly t: "verify"; readonly data: unknown };

/** Said by way of the driver until the control channel is open, from then on over it. */
export type SessionMessage =
  | NegotiationMessage
  /** `n` rises; an older one that comes late is dropped. */
  | { readonly t: "metadata"; readonly n: number; readonly metadata: unknown }
  /** `detail` with `kicked`. */
  | { readonly t: "bye"; readonly reason: string; readonly detail?: string };

/** `e` is the epoch: the number of the connection within the session. */
export type NegotiationMessage =
  | {
      readonly t: "description";
      readonly e: number;
      readonly description: SessionDescription;
      /** What the sender shares once this description is set. */
      readonly media?: MediaState;
    }
  | { readonly t: "candidate"; readonly e: number; readonly candidate: IceCandidate | null }
  /** The answering side asks the offering side for an offer, with so many media sections. */
  | { readonly t: "negotiate"; readonly e: number; readonly demand?: MediaDemand };

/** Said over the control channel only. */
export type ControlMessage =
  | SessionMessage
  | ChannelMessage
  | ({ readonly t: "media" } & MediaMessage)
  | HelloMessage
  /** Now and then, so that the receiver need not keep it any longer. */
  | ({ readonly t: "got" } & Receipt)
  | { readonly t: "ping"; readonly n: number }
  | { readonly t: "pong"; readonly n: number };

/** Labelled channels. The offering side gives out ids; the other asks it to. */
export type ChannelMessage =
  | { readonly t: "channel-ask"; readonly label: string; readonly options: ChannelOptions }
  | { readonly t: "channel-open"; readonly label: string; readonly id: number; readonly options: ChannelOptions }
  /** The answering side's end exists: data may flow. */
  | { readonly t: "channel-opened"; readonly id: number }
  | { readonly t: "channel-refused"; readonly label: string; readonly id?: number; readonly reason: string }
  /** The sender has no more to send on it; the receiver closes once it has none either. */
  | { readonly t: "channel-close"; readonly id: number }
  /** The sender's end is closed: the id is free for another channel once both have said so. */
  | { readonly t: "channel-gone"; readonly id: number };

/** What the sender has got so far, on all connections of the session. */
export interface Receipt {
  /** Messages whose `t` begins with `channel-`. */
  readonly m: number;
  /** Frames, by id of their channel. */
  readonly c: readonly (readonly [id: number, frames: number])[];
}

/** The first message on each connection. It lists all channels whose end on the sender's side exists. */
export interface HelloMessage extends Receipt {
  readonly t: "hello";
  readonly v: number;
  readonly maxFrameBytes: number;
  readonly runtime: string;
}
