import type { Connection } from "../adapter.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import type { SendOptions } from "../remote-peer.js";
import type { ChannelMessage, Receipt } from "../session/messages.js";
import { withTimeout } from "../util/timeout.js";
import { ChannelEnds } from "./channel-ends.js";
import { closed, mismatch, notConfirmed, tooMany, violate } from "./channel-errors.js";
import { ChannelIds, isChannelId } from "./channel-ids.js";
import { normalizeChannel, sameOptions, type ChannelOptions, type OpenOptions } from "./channel-options.js";
import type { ChannelRegistryOptions } from "./channel-registry-options.js";
import { createTransfers } from "./create-transfers.js";
import { DEFAULT_LABEL, MAX_CHANNELS } from "./constants.js";
import type { DataChannelLike } from "./data-channel-like.js";
import { LabelledChannel } from "./labelled-channel.js";
import { OpenWaiters } from "./open-waiters.js";
import {
  isReserved,
  refuseReserved,
  reservedLabel,
  type ReservedChannel,
  type ReservedHandler,
} from "./reserved-channel.js";
import { CopyPool, createOutgoing, RemoteBudgets, type Outgoing, type Transfer } from "./transfer/index.js";

/**
 * The labelled channels with one remote. They are negotiated over the control channel: the answering side asks, the
 * offering side gives an id and creates its end, the answering side creates its own and confirms. So one label never
 * has two channels, and nothing is sent before the other end exists.
 */
export class ChannelRegistry {
  /** What the application sees: the newest native channel of each label. */
  readonly byLabel = new Map<string, DataChannelLike>();
  readonly #options: ChannelRegistryOptions;
  readonly #labels = new Map<string, LabelledChannel>();
  readonly #freeIds = new ChannelIds();
  readonly #reserved = new Map<string, ReservedHandler>();
  readonly #waiters: OpenWaiters<LabelledChannel>;
  readonly #budgets = new RemoteBudgets();
  readonly #copies = new CopyPool();
  readonly #ends: ChannelEnds;
  /** Unknown until the first connection is up. */
  #maxFrameBytes = 0;
  #disposed: PeerhoodError | undefined;

  constructor(options: ChannelRegistryOptions) {
    this.#options = options;
    this.#waiters = new OpenWaiters(options.clock, options.timeoutMs);
    this.#ends = new ChannelEnds({
      ...options,
      onNative: (channel, isFirst) => this.#onNative(channel, isFirst),
      onOpen: (channel) => this.#onOpen(channel),
      onEnd: (channel, error) => this.#end(channel, error),
    });
  }

  /** All channels of either side's wish, those of the library's own included. */
  get labelled(): Iterable<LabelledChannel> {
    return this.#labels.values();
  }

  /**
   * The control channel of another connection is open: all goes over that one from now on. Returns what this side has
   * got, for the hello.
   */
  adopt(connection: Connection): Receipt {
    return this.#ends.adopt(connection);
  }

  /** The other side has said hello, and what it has got: what was asked for before is opened now. */
  attach(maxFrameBytes: number, receipt: unknown): void {
    const isFirst = this.#maxFrameBytes === 0;
    this.#maxFrameBytes ||= maxFrameBytes;
    this.#ends.resume(receipt);
    if (isFirst) for (const channel of this.#labels.values()) this.#begin(channel);
  }

  /** The connection is lost: what is new waits for it, or for another. */
  interrupted(): void {
    this.#ends.interrupted();
  }

  /** It is not lost after all. */
  recovered(connection: Connection): void {
    this.#ends.recovered(connection);
  }

  /** Number of the frames that have come on the channels that there are. */
  get arrived(): number {
    return this.#ends.arrived;
  }

  async open(channel: string | OpenOptions): Promise<void> {
    const { label, options } = normalizeChannel(channel);
    return this.#open(label, options);
  }

  /** A channel of the library's own: nothing of it reaches the application, nor can that name it. */
  reserve(label: string, handler: ReservedHandler): ReservedChannel {
    const id = this.#options.remoteId;
    this.#reserved.set(label, handler);
    return {
      open: () => this.#open(label, {}),
      prepare: (message, info) => createOutgoing(message, { label, id, info, onUnhandled: () => {} }),
      send: (outgoing) => {
        const channel = this.#labels.get(label);
        // What came on it may be answered before the word that the other side's end exists has: then that waits.
        if (channel?.state === "open" || channel?.state === "opening") this.#transmit(channel, outgoing);
        else outgoing.fail(this.#disposed ?? closed(label));
      },
      fail: (error) => {
        const channel = this.#labels.get(label);
        if (channel !== undefined) this.#end(channel, error);
      },
    };
  }

  async #open(label: string, options: ChannelOptions): Promise<void> {
    for (;;) {
      if (this.#disposed !== undefined) throw this.#disposed;
      const present = this.#labels.get(label);
      if (present?.state === "closing") {
        await present.closed.promise;
        continue;
      }
      if (present !== undefined && present.state !== "closed") {
        if (!sameOptions(present.options, options)) throw mismatch(label);
        return present.opened.promise;
      }
      if (this.#labels.size >= MAX_CHANNELS) throw tooMany(label);
      const created = new LabelledChannel(label, options);
      this.#labels.set(label, created);
      if (this.#maxFrameBytes > 0) this.#begin(created);
      return created.opened.promise;
    }
  }

  async close(label: string): Promise<void> {
    refuseReserved(label);
    const channel = this.#labels.get(label);
    if (channel === undefined) return;
    if (channel.id === undefined) return this.#end(channel, closed(label));
    channel.closesFirst = true;
    this.#beginClosing(channel);
    return channel.closed.promise;
  }

  send(message: unknown, options: SendOptions): Transfer {
    const label = options.label ?? DEFAULT_LABEL;
    const { info, signal } = options;
    const onUnhandled = (error: PeerhoodError): void => this.transferFailed(label, error);
    const id = this.#options.remoteId;
    const outgoing = createOutgoing(message, { label, id, info, signal, onUnhandled }, this.#copies);
    this.dispatch(label, outgoing);
    return outgoing.transfer;
  }

  /** Sends on the channel of that label, now or when it is open. */
  dispatch(label: string, outgoing: Outgoing): void {
    const fail = (error: PeerhoodError): void => outgoing.fail(error);
    if (isReserved(label)) return fail(reservedLabel(label));
    if (this.#disposed !== undefined) return fail(this.#disposed);
    const channel = this.#labels.get(label);
    if (channel?.state === "open") return this.#transmit(channel, outgoing);
    this.#waiters.wait(label, (opened) => this.#transmit(opened, outgoing), fail);
    if (channel === undefined && label === DEFAULT_LABEL) this.open(label).catch(() => {});
  }

  /** A transfer failed and nobody awaits it. */
  transferFailed(label: string, error: PeerhoodError): void {
    const handler = this.#reserved.get(label);
    if (handler !== undefined) return handler.onError(error);
    const heard = this.#options.fire("channel:error", { label, channel: this.byLabel.get(label), error });
    if (!heard) this.#options.logger.warn(`on channel "${label}": ${error.code}: ${error.message}`);
  }

  receive(message: ChannelMessage): void {
    if (this.#maxFrameBytes === 0 || this.#disposed !== undefined) return;
    try {
      this.#dispatchMessage(message);
      this.#ends.heard();
    } catch (error) {
      this.#options.onViolation(
        new PeerhoodError("PROTOCOL_ERROR", "The remote broke the protocol of channels; see cause.", { cause: error }),
      );
    }
  }

  /** What the remote has got. */
  got(receipt: unknown): void {
    if (this.#disposed === undefined) this.#ends.got(receipt);
  }

  /** Fails whatever is under way. */
  dispose(error: PeerhoodError): void {
    if (this.#disposed !== undefined) return;
    this.#disposed = error;
    for (const channel of [...this.#ends.byId.values(), ...this.#labels.values()]) this.#end(channel, error);
    this.#waiters.dispose(error);
  }

  #dispatchMessage(message: ChannelMessage): void {
    const { offering } = this.#options;
    switch (message.t) {
      case "channel-ask":
        return offering ? this.#onAsk(message.label, message.options) : violate("only the answering side asks");
      case "channel-open":
        return offering
          ? violate("only the offering side opens")
          : this.#onOffer(message.label, message.id, message.options);
      case "channel-opened":
        return this.#onOpened(message.id);
      case "channel-refused":
        return this.#onRefused(message.label, message.id, message.reason);
      case "channel-close":
        return this.#onClose(message.id);
      case "channel-gone":
        return this.#onGone(message.id);
    }
  }

  /** Offering side: creates its end and tells the other. Answering side: asks for that. */
  #begin(channel: LabelledChannel): void {
    const { offering, timeoutMs, clock } = this.#options;
    if (channel.state !== "asking") return;
    if (offering) {
      const id = this.#freeIds.take();
      if (id === undefined) return this.#end(channel, tooMany(channel.label));
      if (!this.#create(channel, id)) return;
      this.#ends.say({ t: "channel-open", label: channel.label, id, options: channel.options });
    } else {
      this.#ends.say({ t: "channel-ask", label: channel.label, options: channel.options });
    }
    withTimeout(channel.opened.promise, timeoutMs, clock, () => notConfirmed(channel.label, timeoutMs)).catch(
      (error: unknown) => {
        if (channel.state === "asking" || channel.state === "opening") {
          this.#end(channel, toPeerhoodError(error, "CHANNEL_TIMEOUT", "The channel did not open."));
        }
      },
    );
  }

  #onAsk(label: string, asked: ChannelOptions): void {
    const { options } = normalizeChannel({ ...asked, label }, "reserved");
    const present = this.#labels.get(label);
    // Both opened it at once: the offer that is already on its way decides.
    if (present !== undefined && present.live) {
      if (present.state === "open" && !sameOptions(present.options, options)) {
        this.#ends.say({ t: "channel-refused", label, reason: "it is open with other options" });
      }
      return;
    }
    const reason = this.#refusal(label, options);
    if (reason !== undefined) return this.#ends.say({ t: "channel-refused", label, reason });
    const channel = new LabelledChannel(label, options);
    this.#labels.set(label, channel);
    this.#begin(channel);
  }

  #onOffer(label: string, id: number, offered: ChannelOptions): void {
    const { options } = normalizeChannel({ ...offered, label }, "reserved");
    if (!isChannelId(id) || this.#ends.byId.has(id)) violate("it opens a channel with an id that is in use or no id");
    let channel = this.#labels.get(label);
    const asked = channel?.state === "asking" ? channel : undefined;
    if (asked !== undefined && !sameOptions(asked.options, options)) {
      this.#labels.delete(label);
      asked.end(mismatch(label));
    }
    if (asked?.state !== "asking") {
      const reason = this.#refusal(label, options);
      if (reason !== undefined) return this.#ends.say({ t: "channel-refused", label, id, reason });
      channel = new LabelledChannel(label, options);
      this.#labels.set(label, channel);
    }
    if (channel === undefined || !this.#create(channel, id)) return;
    this.#ends.say({ t: "channel-opened", id });
    this.#confirm(channel);
  }

  /** Why the remote may not have that channel. */
  #refusal(label: string, options: ChannelOptions): string | undefined {
    if (isReserved(label) && !(this.#reserved.has(label) && sameOptions(options, {}))) return "its label is reserved";
    return this.#labels.size >= MAX_CHANNELS ? `${MAX_CHANNELS} channels are open` : undefined;
  }

  #onOpened(id: number): void {
    const channel = this.#ends.byId.get(id);
    if (channel !== undefined) this.#confirm(channel);
  }

  #onRefused(label: string, id: number | undefined, reason: string): void {
    const channel = id === undefined ? this.#labels.get(label) : this.#ends.byId.get(id);
    if (id !== undefined) this.#freeIds.endClosed(id);
    if (channel === undefined || (channel.state !== "asking" && channel.state !== "opening")) return;
    const why = String(reason).slice(0, 100);
    this.#end(
      channel,
      new PeerhoodError("CHANNEL_LIMIT", `The remote refused to open the channel "${channel.label}": ${why}.`),
    );
  }

  #onClose(id: number): void {
    const channel = this.#ends.byId.get(id);
    if (channel === undefined) return;
    channel.remoteDone = true;
    this.#beginClosing(channel);
  }

  #onGone(id: number): void {
    if (!isChannelId(id)) violate("it closed a channel without an id");
    this.#freeIds.endClosed(id);
    // Its end is closed, and no event of ours need follow: node-datachannel may miss that of a remote that closes early.
    const channel = this.#ends.byId.get(id);
    if (channel !== undefined) this.#end(channel, closed(channel.label));
  }

  /** The other side's end exists. */
  #confirm(channel: LabelledChannel): void {
    channel.carrier?.resume(0);
  }

  /** It can send. */
  #onOpen(channel: LabelledChannel): void {
    const { native } = channel;
    if (channel.state !== "opening" || native === undefined) return;
    channel.state = "open";
    channel.opened.resolve();
    if (!isReserved(channel.label)) this.#options.fire("channel:open", { label: channel.label, channel: native });
    this.#waiters.opened(channel.label, channel);
  }

  #onNative(channel: LabelledChannel, isFirst: boolean): void {
    const { label, native } = channel;
    if (native === undefined || isReserved(label)) return;
    this.byLabel.set(label, native);
    if (isFirst) this.#options.fire("channel:new", { label, channel: native });
  }

  #create(channel: LabelledChannel, id: number): boolean {
    return this.#ends.create(channel, id, (carrier) => {
      channel.transfers = createTransfers({
        registry: this.#options,
        channel,
        carrier,
        maxFrameBytes: this.#maxFrameBytes,
        budgets: this.#budgets,
        reserved: this.#reserved.get(channel.label),
        onError: (error) => this.transferFailed(channel.label, error),
      });
    });
  }

  #transmit(channel: LabelledChannel, outgoing: Outgoing): void {
    channel.traffic.messagesSent++;
    if (channel.transfers === undefined) outgoing.fail(closed(channel.label));
    else channel.transfers.send(outgoing);
  }

  /**
   * Both sides send what they have queued and say when it is done. Then the one that began closes natively, which
   * flushes, and the other follows: closing first here could drop what is still on its way.
   */
  #beginClosing(channel: LabelledChannel): void {
    const { clock, timeoutMs } = this.#options;
    if (!channel.live || channel.id === undefined) return this.#closeIfDone(channel);
    const { id } = channel;
    channel.state = "closing";
    void (channel.transfers?.drained() ?? Promise.resolve()).then(() => {
      if (channel.state !== "closing") return;
      this.#ends.say({ t: "channel-close", id });
      channel.drained = true;
      this.#closeIfDone(channel);
      withTimeout(channel.closed.promise, timeoutMs, clock, () => closed(channel.label)).catch(() =>
        this.#ends.close(channel),
      );
    });
  }

  #closeIfDone(channel: LabelledChannel): void {
    if (channel.closesFirst && channel.drained && channel.remoteDone) this.#ends.close(channel);
  }

  #end(channel: LabelledChannel, error: PeerhoodError): void {
    if (channel.state === "closed") return;
    const { label, id, native } = channel;
    channel.end(error);
    this.#ends.remove(channel);
    if (this.#labels.get(label) === channel) this.#labels.delete(label);
    if (native !== undefined && this.byLabel.get(label) === native) this.byLabel.delete(label);
    if (id !== undefined) {
      this.#freeIds.endClosed(id);
      if (this.#disposed === undefined) this.#ends.say({ t: "channel-gone", id });
    }
    this.#reserved.get(label)?.onClose(error);
    if (native !== undefined) {
      if (!isReserved(label)) this.#options.fire("channel:close", { label, channel: native });
    } else {
      this.#waiters.failed(label, error);
    }
  }
}
