import { PeerhoodError } from "../errors.js";
import type { ChannelMessage, Receipt } from "../session/messages.js";
import type { Carrier } from "./carrier.js";
import { isChannelId } from "./channel-ids.js";
import { MAX_KEPT_BYTES, MAX_KEPT_MESSAGES, RECEIPT_BYTES, RECEIPT_FRAMES } from "./constants.js";
import type { KeptBytes } from "./frame-log.js";

/** Messages that may be untold: a kept one costs little. */
const RECEIPT_MESSAGES = 32;

export interface ResumptionOptions {
  /** Sends over the control channel, if there is one. */
  readonly send: (message: ChannelMessage | ({ readonly t: "got" } & Receipt)) => void;
  /** The channels whose end on this side exists, by id. */
  readonly carriers: () => Iterable<readonly [number, Carrier]>;
  readonly carrier: (id: number) => Carrier | undefined;
  readonly onViolation: (error: PeerhoodError) => void;
}

/**
 * What makes channels outlive connections: both sides count what arrives, messages about channels and frames of each,
 * and keep what they have sent until they are told that it has. A new connection begins with these numbers, and each
 * side sends again what the other lacks.
 */
export class Resumption {
  /** Of all frame logs together. */
  readonly kept: KeptBytes = { bytes: 0 };
  readonly #options: ResumptionOptions;
  /** Messages that the remote has not said to have, and the number of the first. */
  #messages: ChannelMessage[] = [];
  #first = 0;
  #heard = 0;
  #heardTold = 0;
  #untoldBytes = 0;
  #untoldFrames = 0;
  readonly #changed = new Map<number, Carrier>();
  /** Whether the remote has said what it lacks on the connection that is in use. */
  #live = false;
  /** The number of the first message that waits for the connection to come back, if any do. */
  #waiting: number | undefined;

  constructor(options: ResumptionOptions) {
    this.#options = options;
  }

  /** Says it once, over this connection or a later one. */
  say(message: ChannelMessage): void {
    this.#messages.push(message);
    if (this.#messages.length > MAX_KEPT_MESSAGES) return this.overflow();
    if (this.#live && this.#waiting === undefined) this.#options.send(message);
  }

  /**
   * The connection is lost, which the other side may not know: it would take an end that waits for a native channel
   * for one that has it, and use it.
   */
  pause(): void {
    this.#waiting ??= this.#first + this.#messages.length;
  }

  /** It is not lost after all, and every end has its native channel. */
  goOn(): void {
    if (this.#waiting === undefined) return;
    const waiting = this.#messages.slice(this.#waiting - this.#first);
    this.#waiting = undefined;
    if (this.#live) for (const message of waiting) this.#options.send(message);
  }

  /** A message about channels came. */
  heard(): void {
    this.#heard++;
    if (this.#heard - this.#heardTold >= RECEIPT_MESSAGES) this.#tell();
  }

  /** A frame came. */
  received(id: number, carrier: Carrier, bytes: number): void {
    this.#changed.set(id, carrier);
    this.#untoldBytes += bytes;
    this.#untoldFrames++;
    if (this.#untoldBytes >= RECEIPT_BYTES || this.#untoldFrames >= RECEIPT_FRAMES) this.#tell();
  }

  /** That channel is over. */
  forget(id: number): void {
    this.#changed.delete(id);
  }

  /** What goes into the hello of another connection; nothing that comes over an earlier one counts any more. */
  receipt(): Receipt {
    this.#live = false;
    return this.#receipt(this.#options.carriers());
  }

  /** The remote's hello came: it gets what it lacks. */
  resume(receipt: unknown): void {
    this.#take(receipt, (carrier, frames) => carrier.resume(frames));
    this.#live = true;
    this.#waiting = undefined;
    for (const message of this.#messages) this.#options.send(message);
  }

  got(receipt: unknown): void {
    const wasFull = this.kept.bytes >= MAX_KEPT_BYTES;
    this.#take(receipt, (carrier, frames) => carrier.acknowledged(frames));
    if (!wasFull || this.kept.bytes >= MAX_KEPT_BYTES) return;
    for (const [, carrier] of this.#options.carriers()) carrier.roomAgain();
  }

  /** The remote lets pile up what it should have told to have. */
  overflow(): void {
    this.#options.onViolation(
      new PeerhoodError("PROTOCOL_ERROR", "The remote does not say what it has got, and more can not be kept for it."),
    );
  }

  #take(receipt: unknown, each: (carrier: Carrier, frames: number) => void): void {
    try {
      const { m, c } = checkReceipt(receipt);
      if (m > this.#first + this.#messages.length) throw new RangeError("it has got messages that never were");
      this.#messages.splice(0, Math.max(0, m - this.#first));
      this.#first = Math.max(this.#first, m);
      for (const [id, frames] of c) {
        const carrier = this.#options.carrier(id);
        // It may have closed on this side meanwhile.
        if (carrier !== undefined) each(carrier, frames);
      }
    } catch (cause) {
      this.#options.onViolation(
        new PeerhoodError("PROTOCOL_ERROR", "The remote is wrong about what it has got; see cause.", { cause }),
      );
    }
  }

  #tell(): void {
    if (this.#live) this.#options.send({ t: "got", ...this.#receipt(this.#changed) });
  }

  #receipt(carriers: Iterable<readonly [number, Carrier]>): Receipt {
    const c = [...carriers].map(([id, { received }]) => [id, received] as const);
    this.#changed.clear();
    this.#untoldBytes = 0;
    this.#untoldFrames = 0;
    this.#heardTold = this.#heard;
    return { m: this.#heard, c };
  }
}

function checkReceipt(receipt: unknown): Receipt {
  const { m, c } = (receipt ?? {}) as Receipt;
  if (!isCount(m) || !Array.isArray(c) || c.length > 1_023) throw new TypeError("its receipt is none");
  for (const entry of c as unknown[]) {
    if (!Array.isArray(entry) || !isChannelId(entry[0]) || !isCount(entry[1]))
      throw new TypeError("its receipt is none");
  }
  return { m, c };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
