import type { ChannelInit } from "@peerhood/core";
import type { AdapterConformanceContext } from "./context.js";
import { Inbox, opened } from "./inbox.js";
import { Side } from "./side.js";
import { within } from "./waiting.js";

/** Both ends of one channel. */
export interface ChannelPair {
  readonly a: Inbox;
  readonly b: Inbox;
}

/** Two connected sides; `a` made the offer. */
export interface ConnectedPair {
  readonly a: Side;
  readonly b: Side;
  /** The channel with id 0 that the connection was made with. */
  readonly control: ChannelPair;
  /** Creates both ends of a channel; resolves when both can send. */
  open(init: ChannelInit): Promise<ChannelPair>;
  close(): Promise<void>;
}

export const CONTROL: ChannelInit = { label: "control", id: 0 };

/** Both ends of a channel that is not open yet. */
export function createBoth(a: Side, b: Side, init: ChannelInit): ChannelPair {
  return { a: new Inbox(a.connection.createChannel(init)), b: new Inbox(b.connection.createChannel(init)) };
}

/** One offer and its answer, `a` offering. */
export async function negotiate(a: Side, b: Side): Promise<void> {
  const offer = await a.connection.createOffer();
  const answer = await b.connection.acceptOffer(offer);
  await a.connection.acceptAnswer(answer);
}

/** Connects two sides, each of which has created its ends of `control` already. */
export async function connect(
  context: AdapterConformanceContext,
  a: Side,
  b: Side,
  control: ChannelPair = createBoth(a, b, CONTROL),
): Promise<ConnectedPair> {
  a.trickleTo(b);
  b.trickleTo(a);
  await within(context, "offer and answer", negotiate(a, b));
  await within(context, "the first channel to open", bothOpened(control));
  return {
    a,
    b,
    control,
    open: async (init) => {
      const pair = createBoth(a, b, init);
      await within(context, `channel ${init.label} to open`, bothOpened(pair));
      return pair;
    },
    close: async () => {
      await Promise.all([a.connection.close(), b.connection.close()]);
    },
  };
}

/**
 * Two connections that found each other, in one call: `a` of the adapter, `b` of `remoteAdapter` if there is one.
 * The caller closes them.
 */
export async function connectPair(context: AdapterConformanceContext): Promise<ConnectedPair> {
  const a = new Side(context.adapter);
  const b = new Side(context.remoteAdapter ?? context.adapter);
  try {
    return await connect(context, a, b);
  } catch (error) {
    await Promise.all([a.connection.close(), b.connection.close()]);
    throw error;
  }
}

/** Resolves when both ends can send. */
export async function bothOpened(pair: ChannelPair): Promise<void> {
  await Promise.all([opened(pair.a.channel), opened(pair.b.channel)]);
}
