import type { PeerhoodError } from "../errors.js";
import { createDeferred } from "../util/deferred.js";
import type { ChannelOptions } from "./channel-options.js";
import type { DataChannelLike } from "./data-channel-like.js";
import type { TimerHandle } from "../util/clock.js";
import type { Carrier } from "./carrier.js";
import type { ChannelTransfers } from "./transfer/index.js";

/**
 * - `asking`: the answering side has asked for it.
 * - `opening`: this side's end exists, the other's is not confirmed.
 * - `open`: both ends exist.
 * - `closing`: no new messages; what was queued goes out.
 */
export type ChannelState = "asking" | "opening" | "open" | "closing" | "closed";

/** One labelled channel with one remote, from the wish to the end. */
export class LabelledChannel {
  readonly label: string;
  readonly options: ChannelOptions;
  /** Resolves when it can send. */
  readonly opened = createDeferred();
  /** Resolves when this side's end is closed. */
  readonly closed = createDeferred();
  state: ChannelState = "asking";
  id: number | undefined;
  /** Of the connection that is in use, or was. */
  native: DataChannelLike | undefined;
  /** What stays when that changes. */
  carrier: Carrier | undefined;
  transfers: ChannelTransfers | undefined;
  /** Since it was opened. */
  readonly traffic = { messagesSent: 0, messagesReceived: 0 };
  /** Closing: this side began it. */
  closesFirst = false;
  /** Closing: what this side had queued has gone out. */
  drained = false;
  /** Closing: the other side has said the same of itself. */
  remoteDone = false;
  /** Its native channel closed, and nobody has said why. */
  graceTimer: TimerHandle | undefined;

  constructor(label: string, options: ChannelOptions) {
    this.label = label;
    this.options = options;
  }

  /** Whether a further `open` of the label finds this one in use. */
  get live(): boolean {
    return this.state !== "closing" && this.state !== "closed";
  }

  end(error: PeerhoodError): void {
    this.state = "closed";
    this.transfers?.close(error);
    this.carrier?.close();
    this.carrier?.end();
    this.opened.reject(error);
    this.closed.resolve();
  }
}
