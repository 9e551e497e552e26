import type { Connection } from "../adapter.js";
import { saysClosed } from "../channel/channel-errors.js";
import type { DataChannelEvent, DataChannelLike } from "../channel/data-channel-like.js";
import { PeerhoodError } from "../errors.js";
import type { Clock } from "../util/clock.js";
import { createDeferred, type Deferred } from "../util/deferred.js";
import { withTimeout } from "../util/timeout.js";
import { CONTROL_ID, CONTROL_LABEL, CONTROL_PROTOCOL, CONTROL_VERSION, PING_TIMEOUT_MS } from "./constants.js";
import type { ControlMessage, HelloMessage, Receipt } from "./messages.js";

export interface ControlChannelOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly runtime: string;
  /** What goes into the hello; asked for when the channel is open. */
  readonly receipt: () => Receipt;
  /** Both sides have said hello; `maxFrameBytes` is the smaller of both limits. */
  readonly onOpen: (maxFrameBytes: number, hello: HelloMessage) => void;
  readonly onMessage: (message: ControlMessage) => void;
  /** For the record; of what was received, before anybody has looked at it. */
  readonly onSaid: (direction: "sent" | "received", message: ControlMessage) => void;
  /** Anything has come. */
  readonly onHeard: () => void;
  /** What came is not the protocol: the remote is broken or hostile. */
  readonly onViolation: (error: PeerhoodError) => void;
  readonly onClose: () => void;
}

/** The negotiated channel 0 on which two sessions talk once they are connected: JSON, ordered, reliable. */
export class ControlChannel {
  readonly #options: ControlChannelOptions;
  readonly #channel: DataChannelLike;
  readonly #pings = new Map<number, Deferred<void>>();
  #nextPing = 0;
  #open = false;
  #closed = false;

  constructor(options: ControlChannelOptions) {
    this.#options = options;
    this.#channel = options.connection.createChannel({
      label: CONTROL_LABEL,
      protocol: CONTROL_PROTOCOL,
      id: CONTROL_ID,
    });
    this.#channel.addEventListener("open", () => this.#hello());
    this.#channel.addEventListener("message", (event) => this.#receive(event));
    this.#channel.addEventListener("close", () => this.#onClose());
    if (this.#channel.readyState === "open") this.#hello();
  }

  get open(): boolean {
    return this.#open;
  }

  /** Sends, or drops when the channel is no longer open: then the session is about to hear that it closed. */
  send(message: ControlMessage): void {
    if (!this.#isNativelyOpen()) return;
    const text = JSON.stringify(message);
    try {
      this.#channel.send(text);
      this.#options.onSaid("sent", message);
    } catch (error) {
      // It closed under us, which its event is about to tell.
      if (!this.#isNativelyOpen() || saysClosed(error)) return;
      this.#options.onViolation(
        new PeerhoodError("PROTOCOL_ERROR", `A control message of ${text.length} characters could not be sent.`, {
          cause: error,
        }),
      );
    }
  }

  /** Round trip in milliseconds, `undefined` when no answer comes in time. */
  async ping(): Promise<number | undefined> {
    if (!this.#open) return undefined;
    const { clock } = this.#options;
    const number = this.#nextPing++;
    const pong = createDeferred();
    this.#pings.set(number, pong);
    const sentAt = clock.now();
    this.send({ t: "ping", n: number });
    try {
      await withTimeout(pong.promise, PING_TIMEOUT_MS, clock, () => new Error("no pong"));
      return clock.now() - sentAt;
    } catch {
      return undefined;
    } finally {
      this.#pings.delete(number);
    }
  }

  /** Asks for a sign of life: the answer is heard, and nobody waits for it. */
  probe(): void {
    this.send({ t: "ping", n: this.#nextPing++ });
  }

  /** Resolves when the channel is closed from the other side, or at once if it is. */
  whenClosed(): Promise<void> {
    if (this.#closed || this.#channel.readyState === "closed") return Promise.resolve();
    return new Promise((resolve) => this.#channel.addEventListener("close", () => resolve(), { once: true }));
  }

  #hello(): void {
    const { connection, runtime, receipt } = this.#options;
    this.send({ t: "hello", v: CONTROL_VERSION, maxFrameBytes: connection.maxMessageBytes, runtime, ...receipt() });
  }

  #receive(event: DataChannelEvent): void {
    if (this.#closed) return;
    this.#options.onHeard();
    let message: ControlMessage;
    try {
      message = JSON.parse(event.data as string) as ControlMessage;
      if (typeof event.data !== "string" || typeof message?.t !== "string") throw new TypeError("not a message");
    } catch (error) {
      return this.#violation("what came on the control channel is not a message", error);
    }
    this.#options.onSaid("received", message);
    if (!this.#open) return this.#receiveHello(message);
    if (message.t === "ping") this.send({ t: "pong", n: message.n });
    else if (message.t === "pong") this.#pings.get(message.n)?.resolve();
    else this.#options.onMessage(message);
  }

  #receiveHello(message: ControlMessage): void {
    if (message.t !== "hello") return this.#violation(`it said "${message.t.slice(0, 20)}" before hello`);
    if (message.v !== CONTROL_VERSION) {
      return this.#options.onViolation(
        new PeerhoodError(
          "VERSION_MISMATCH",
          `The remote speaks version ${String(message.v)} of the control protocol, this side version ` +
            `${CONTROL_VERSION}. Use the same version of peerhood on both sides.`,
        ),
      );
    }
    // RFC 8831 section 6.6: 16 KiB frames pass everywhere, so less than that is not a limit but an attack.
    if (!Number.isSafeInteger(message.maxFrameBytes) || message.maxFrameBytes < 16_384) {
      return this.#violation("its hello names an impossible frame size");
    }
    this.#open = true;
    this.#options.onOpen(Math.min(message.maxFrameBytes, this.#options.connection.maxMessageBytes), message);
  }

  #isNativelyOpen(): boolean {
    return this.#channel.readyState === "open";
  }

  #onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    for (const pong of this.#pings.values()) pong.reject(new Error("closed"));
    this.#options.onClose();
  }

  #violation(what: string, cause?: unknown): void {
    this.#options.onViolation(
      new PeerhoodError("PROTOCOL_ERROR", `The remote broke the protocol: ${what}.`, { cause }),
    );
  }
}
