import { expect } from "vitest";
import type { PeerhoodError } from "../../../errors.js";
import { RemoteBudgets } from "../budgets.js";
import { ChannelTransfers, type ChannelTransfersOptions } from "../channel-transfers.js";
import { STALL_STEPS } from "../constants.js";
import type { IncomingMessage } from "../incoming-data.js";
import { createOutgoing, type Outgoing } from "../outgoing.js";
import { createChannelPair, type LineOptions, type TestChannel } from "./test-channel.js";
import { TestClock } from "./test-clock.js";

const STALL_TIMEOUT_MS = 30_000;
/** When nothing is under way any more, the watch for stalls looks once again, within that time. */
export const LAST_LOOK_MS = STALL_TIMEOUT_MS / STALL_STEPS;

export interface SideOptions {
  readonly listens?: boolean;
  readonly limits?: Partial<ChannelTransfersOptions["limits"]>;
  readonly reliable?: boolean;
  readonly raw?: boolean;
  readonly budgets?: RemoteBudgets;
  readonly onMessage?: (message: IncomingMessage) => void;
}

export interface SendOptions {
  readonly info?: unknown;
  readonly signal?: AbortSignal;
  readonly label?: string;
}

/** One end: its engine, what it received, what it reported. */
export class Side {
  readonly channel: TestChannel;
  readonly budgets: RemoteBudgets;
  readonly transfers: ChannelTransfers;
  readonly messages: IncomingMessage[] = [];
  readonly errors: PeerhoodError[] = [];
  /** Failures of transfers that nobody awaits. */
  readonly unhandled: PeerhoodError[] = [];
  readonly #wanted: (() => void)[] = [];

  constructor(clock: TestClock, channel: TestChannel, options: SideOptions) {
    this.channel = channel;
    this.budgets = options.budgets ?? new RemoteBudgets();
    this.transfers = new ChannelTransfers({
      channel,
      label: "test",
      remoteId: "remote",
      clock,
      limits: {
        maxFrameBytes: 262_144,
        bulkFrameBytes: 65_536,
        maxMessageBytes: 268_435_456,
        stallTimeoutMs: STALL_TIMEOUT_MS,
        ...options.limits,
      },
      budgets: this.budgets,
      reliable: options.reliable ?? true,
      raw: options.raw ?? false,
      onMessage: (message) => {
        if (options.listens === false) return false;
        this.messages.push(message);
        options.onMessage?.(message);
        for (const wanted of this.#wanted.splice(0)) wanted();
        return true;
      },
      onError: (error) => this.errors.push(error),
    });
  }

  outgoing(message: unknown, options: SendOptions = {}): Outgoing {
    return createOutgoing(message, {
      label: "test",
      id: "remote",
      ...options,
      onUnhandled: (error) => this.unhandled.push(error),
    });
  }

  send(message: unknown, options: SendOptions = {}): Outgoing {
    const outgoing = this.outgoing(message, options);
    this.transfers.send(outgoing);
    return outgoing;
  }

  /** The message of that number, now or when it has come. */
  async message(index: number): Promise<IncomingMessage> {
    for (;;) {
      const message = this.messages[index];
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => this.#wanted.push(resolve));
    }
  }
}

export interface Pair {
  readonly clock: TestClock;
  readonly a: Side;
  readonly b: Side;
}

export function createPair(line: LineOptions = {}, a: SideOptions = {}, b: SideOptions = {}): Pair {
  const clock = new TestClock();
  const [channelA, channelB] = createChannelPair(clock, line);
  return { clock, a: new Side(clock, channelA, a), b: new Side(clock, channelB, b) };
}

/** Nothing is left: no transfer in any table, no timer, no error that nobody expected. */
export async function expectClean({ clock, a, b }: Pair): Promise<void> {
  await clock.advance(LAST_LOOK_MS);
  expect([a.transfers.size, b.transfers.size]).toEqual([0, 0]);
  expect([a.errors, b.errors, a.unhandled, b.unhandled]).toEqual([[], [], [], []]);
  expect(clock.timers).toBe(0);
}

/** How it ends; never an unhandled rejection while it does something else. */
export function settled(promise: PromiseLike<unknown>): Promise<PromiseSettledResult<unknown>> {
  return Promise.allSettled([promise]).then(([result]) => result);
}

/** Bytes that differ everywhere, so that a mistake in order shows. */
export function pattern(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Compares fast: `toEqual` of a large buffer takes seconds. */
export function sameBytes(actual: unknown, expected: Uint8Array): boolean {
  const bytes = ArrayBuffer.isView(actual)
    ? new Uint8Array(actual.buffer, actual.byteOffset, actual.byteLength)
    : new Uint8Array(actual as ArrayBuffer);
  if (bytes.length !== expected.length) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== expected[i]) return false;
  return true;
}
