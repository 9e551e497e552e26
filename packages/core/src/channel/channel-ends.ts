import type { Connection } from "../adapter.js";
import { toPeerhoodError, type PeerhoodError } from "../errors.js";
import type { ChannelMessage, Receipt } from "../session/messages.js";
import { Carrier } from "./carrier.js";
import { closed } from "./channel-errors.js";
import { isReliable } from "./channel-options.js";
import type { ChannelRegistryOptions } from "./channel-registry-options.js";
import { CLOSE_GRACE_MS } from "./constants.js";
import type { LabelledChannel } from "./labelled-channel.js";
import { Resumption } from "./resumption.js";

export interface ChannelEndsOptions extends Pick<ChannelRegistryOptions, "clock" | "send" | "onViolation"> {
  /** There is a native channel: the first one of that channel, or one that takes the place of another. */
  readonly onNative: (channel: LabelledChannel, isFirst: boolean) => void;
  /** The other end exists, and messages may go. */
  readonly onOpen: (channel: LabelledChannel) => void;
  readonly onEnd: (channel: LabelledChannel, error: PeerhoodError) => void;
}

/** This side's ends of labelled channels, by id: their native channels, on one connection after the other. */
export class ChannelEnds {
  readonly byId = new Map<number, LabelledChannel>();
  readonly #options: ChannelEndsOptions;
  readonly #resumption: Resumption;
  /** Undefined until the first is up, and while it is lost. */
  #connection: Connection | undefined;

  constructor(options: ChannelEndsOptions) {
    this.#options = options;
    this.#resumption = new Resumption({
      send: options.send,
      carriers: () => this.#carriers(),
      carrier: (id) => this.byId.get(id)?.carrier,
      onViolation: options.onViolation,
    });
  }

  /** Number of the frames that have come on the channels that there are. */
  get arrived(): number {
    let frames = 0;
    for (const { carrier } of this.byId.values()) frames += carrier?.received ?? 0;
    return frames;
  }

  /** Another connection: all goes over that one from now on. Returns what this side has got over earlier ones. */
  adopt(connection: Connection): Receipt {
    this.#resumption.pause();
    for (const channel of this.byId.values()) channel.carrier?.detach();
    this.#attach(connection);
    return this.#resumption.receipt();
  }

  /** The other side has said what it has got. */
  resume(receipt: unknown): void {
    this.#resumption.resume(receipt);
  }

  /** The connection is lost: ends that are made now wait for it, or for another. */
  interrupted(): void {
    this.#connection = undefined;
    this.#resumption.pause();
  }

  /** It is not lost after all. */
  recovered(connection: Connection): void {
    this.#attach(connection);
    this.#resumption.goOn();
  }

  #attach(connection: Connection): void {
    this.#connection = connection;
    for (const channel of this.byId.values()) {
      // What was being closed has no more to say.
      if (channel.carrier?.closing === true) this.#options.onEnd(channel, closed(channel.label));
      else if (channel.carrier?.attached === false) this.#createNative(channel, connection);
    }
  }

  say(message: ChannelMessage): void {
    this.#resumption.say(message);
  }

  heard(): void {
    this.#resumption.heard();
  }

  got(receipt: unknown): void {
    this.#resumption.got(receipt);
  }

  /** Creates this side's end; `false`: that failed, and the channel is over. */
  create(channel: LabelledChannel, id: number, join: (carrier: Carrier) => void): boolean {
    const { onOpen } = this.#options;
    const { options } = channel;
    const carrier = new Carrier({
      kept: this.#resumption.kept,
      reliable: isReliable(options),
      raw: options.protocol !== undefined,
      onReceived: (bytes) => this.#resumption.received(id, carrier, bytes),
      onOverflow: () => this.#resumption.overflow(),
      onClosed: (wanted) => this.#onNativeClosed(channel, wanted),
    });
    channel.id = id;
    channel.state = "opening";
    channel.carrier = carrier;
    join(carrier);
    carrier.addEventListener("open", () => onOpen(channel));
    this.byId.set(id, channel);
    return this.#connection === undefined || this.#createNative(channel, this.#connection);
  }

  /** After what was queued has gone out. The event ends the channel; without a connection there may be none. */
  close(channel: LabelledChannel): void {
    channel.carrier?.close();
    if (channel.native === undefined || channel.native.readyState === "closed" || this.#connection === undefined) {
      this.#options.onEnd(channel, closed(channel.label));
    }
  }

  /** The channel is over. */
  remove(channel: LabelledChannel): void {
    if (channel.graceTimer !== undefined) this.#options.clock.clearTimeout(channel.graceTimer);
    if (channel.id === undefined) return;
    this.byId.delete(channel.id);
    this.#resumption.forget(channel.id);
  }

  #createNative(channel: LabelledChannel, connection: Connection): boolean {
    const { label, options, id, carrier, native: earlier } = channel;
    const { clock, onEnd, onNative } = this.#options;
    if (id === undefined || carrier === undefined) return false;
    if (channel.graceTimer !== undefined) clock.clearTimeout(channel.graceTimer);
    channel.graceTimer = undefined;
    try {
      channel.native = connection.createChannel({ ...options, label, id });
    } catch (error) {
      onEnd(channel, toPeerhoodError(error, "NATIVE_FAILED", `The channel "${label}" could not be created.`));
      return false;
    }
    carrier.attach(channel.native);
    onNative(channel, earlier === undefined);
    return true;
  }

  /** Closed by the other side, which says so, or broken with its connection, whose loss is noticed at once. */
  #onNativeClosed(channel: LabelledChannel, wanted: boolean): void {
    const done = (): void => this.#options.onEnd(channel, closed(channel.label));
    if (wanted || (channel.state === "closing" && channel.remoteDone)) done();
    else channel.graceTimer ??= this.#options.clock.setTimeout(done, CLOSE_GRACE_MS);
  }

  *#carriers(): Iterable<readonly [number, Carrier]> {
    for (const [id, { carrier }] of this.byId) if (carrier?.attached === true) yield [id, carrier];
  }
}
