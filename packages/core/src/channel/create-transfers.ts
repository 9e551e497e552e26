import type { Carrier } from "./carrier.js";
import { isReliable } from "./channel-options.js";
import type { ChannelRegistryOptions } from "./channel-registry-options.js";
import type { LabelledChannel } from "./labelled-channel.js";
import type { ReservedHandler } from "./reserved-channel.js";
import { ChannelTransfers, type RemoteBudgets } from "./transfer/index.js";
import type { PeerhoodError } from "../errors.js";

export interface CreateTransfersOptions {
  readonly registry: ChannelRegistryOptions;
  readonly channel: LabelledChannel;
  readonly carrier: Carrier;
  readonly maxFrameBytes: number;
  readonly budgets: RemoteBudgets;
  /** Of a channel of the library's own. */
  readonly reserved: ReservedHandler | undefined;
  readonly onError: (error: PeerhoodError) => void;
}

/** The messages of a channel, as the application is told of them. */
export function createTransfers(options: CreateTransfersOptions): ChannelTransfers {
  const { registry, channel, carrier, maxFrameBytes, budgets, reserved, onError } = options;
  const { remoteId, clock, stallTimeoutMs, maxMessageBytes, bulkFrameBytes, fire } = registry;
  const { label } = channel;
  return new ChannelTransfers({
    channel: carrier,
    label,
    remoteId,
    clock,
    limits: { maxFrameBytes, bulkFrameBytes, maxMessageBytes, stallTimeoutMs },
    budgets,
    reliable: isReliable(channel.options),
    raw: channel.options.protocol !== undefined,
    onMessage: (message) => {
      channel.traffic.messagesReceived++;
      if (reserved !== undefined) return reserved.onMessage(message);
      const { native } = channel;
      if (native === undefined) return false;
      const { data, info, size } = message;
      return fire("channel:message", { label, channel: native, data, info, size });
    },
    onError,
  });
}
