import { PeerhoodError, type Driver, type DriverState, type DriverSubscription, type Logger } from "@peerhood/core";
import {
  addHandler,
  checkTopic,
  closedError,
  createDeferred,
  deliverSoon,
  DriverStatus,
  systemClock,
  toPeerhoodError,
  withTimeout,
  type Deferred,
  type MessageHandler,
  type TopicHandlers,
} from "@peerhood/core/internal";
import { CONNECTION_TIMEOUT_MS } from "./constants.js";
import type { Line, OpenLine } from "./line.js";
import { LineKeeper } from "./line-keeper.js";
import { TopicSession } from "./topic-session.js";

/** Options that all drivers of this package have. */
export interface BrokerDriverOptions {
  /** How long `subscribe` and `publish` wait for the broker. @default 15_000 */
  readonly connectionTimeoutMs?: number;
  readonly logger?: Logger;
}

/** What a driver is made of. */
export interface BrokerDriverParts {
  /** For messages: "the NATS server". */
  readonly broker: string;
  readonly open: OpenLine;
  /** In bytes, at least 16,384; what holds unless the line knows better. */
  readonly maxBytes: number;
  /** The broker does not send a message back to whom it came from. @default false */
  readonly leavesOutSender?: boolean;
}

/** A `subscribe` or `publish` that has not been answered yet. Begun again on the next connection if one is lost. */
interface Call {
  readonly run: (session: TopicSession) => Promise<unknown>;
  readonly answer: Deferred<void>;
}

/**
 * A driver around a {@link Line}: waits until it is open, repeats subscriptions and calls on the next one, keeps
 * handlers and limits. It connects at first use, and with neither subscriptions nor calls makes no further attempt.
 */
export class BrokerDriver implements Driver {
  readonly #parts: BrokerDriverParts;
  readonly #timeoutMs: number;
  readonly #status: DriverStatus;
  readonly #keeper: LineKeeper;
  readonly #topics: TopicHandlers = new Map();
  /** Those that the broker has granted once: they are repeated, and nobody else hears of it if that fails. */
  readonly #granted = new Set<string>();
  readonly #calls = new Set<Call>();
  readonly #attending = new Set<object>();
  /** Of the current connection, and of it once the driver is open. */
  #session: TopicSession | undefined;
  #openSession: TopicSession | undefined;
  #refused: PeerhoodError | undefined;

  constructor(parts: BrokerDriverParts, options: BrokerDriverOptions = {}) {
    this.#parts = parts;
    this.#timeoutMs = options.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS;
    this.#status = new DriverStatus("connecting", options.logger);
    this.#keeper = new LineKeeper(parts.open, {
      up: (line) => void this.#up(line),
      down: () => this.#down(),
      message: (topic, data) => deliverSoon(this.#topics, topic, data),
      error: (error) => this.#status.report(this.#failure(error)),
      refused: (error) => this.#refuse(error),
    });
  }

  get state(): DriverState {
    return this.#status.state;
  }

  get maxBytes(): number {
    return this.#session?.line.maxBytes ?? this.#parts.maxBytes;
  }

  async subscribe(topic: string, handler: MessageHandler): Promise<DriverSubscription> {
    this.#status.assertUsable();
    checkTopic(topic);
    const remove = addHandler(this.#topics, topic, (data) => void this.#status.guard(() => handler(data)));
    const unsubscribe = async (): Promise<void> => {
      if (!remove()) return;
      this.#granted.delete(topic);
      this.#session?.align(topic).catch(() => {});
      this.#update();
    };
    try {
      await this.#call((session) => session.align(topic));
    } catch (error) {
      void unsubscribe();
      throw error;
    }
    if (this.#topics.has(topic)) this.#granted.add(topic);
    return { unsubscribe };
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    this.#status.assertUsable();
    checkTopic(topic);
    // A copy, since it may be sent much later.
    const copy = new Uint8Array(data);
    await this.#call(async ({ line }) => {
      const { maxBytes } = this;
      if (copy.length > maxBytes) {
        const message = `${copy.length} bytes are more than the ${maxBytes} that ${this.#parts.broker} takes.`;
        throw new PeerhoodError("SIGNAL_TOO_LARGE", message);
      }
      await line.publish(topic, copy);
      if (this.#parts.leavesOutSender) deliverSoon(this.#topics, topic, copy);
    });
  }

  on(event: "state" | "error", handler: (value: unknown) => void): () => void {
    return this.#status.listen(event, handler);
  }

  attend(): () => void {
    const token = {};
    this.#attending.add(token);
    this.#update();
    return () => {
      if (this.#attending.delete(token)) this.#update();
    };
  }

  async close(): Promise<void> {
    this.#status.state = "closed";
    this.#session = this.#openSession = undefined;
    for (const handlers of this.#topics.values()) handlers.clear();
    this.#topics.clear();
    this.#rejectAll(closedError());
    await this.#keeper.close();
  }

  async #call(run: Call["run"]): Promise<void> {
    if (this.#refused) throw this.#refused;
    const call: Call = { run, answer: createDeferred() };
    this.#calls.add(call);
    if (this.#openSession) void this.#run(call, this.#openSession);
    this.#update();
    try {
      await withTimeout(call.answer.promise, this.#timeoutMs, systemClock, () => {
        const message = `${this.#parts.broker} did not answer within ${this.#timeoutMs} ms.`;
        return new PeerhoodError("SIGNALING_UNREACHABLE", message, { cause: this.#keeper.lastError, retryable: true });
      });
    } finally {
      this.#calls.delete(call);
      this.#update();
    }
  }

  async #run({ run, answer }: Call, session: TopicSession): Promise<void> {
    try {
      await run(session);
      if (session === this.#session) answer.resolve();
    } catch (error) {
      // That of a connection that is lost is no answer.
      if (session === this.#session) answer.reject(this.#failure(error));
    }
  }

  async #up(line: Line): Promise<void> {
    const session = new TopicSession(line, (topic) => this.#topics.has(topic));
    this.#session = session;
    await Promise.all(
      [...this.#granted].map((topic) =>
        session.align(topic).catch((error: unknown) => {
          if (session === this.#session) this.#status.report(this.#failure(error));
        }),
      ),
    );
    if (session !== this.#session) return;
    this.#openSession = session;
    this.#status.state = "open";
    for (const call of this.#calls) void this.#run(call, session);
  }

  #down(): void {
    this.#session = this.#openSession = undefined;
    this.#status.state = "connecting";
  }

  #refuse(error: PeerhoodError): void {
    this.#refused = error;
    this.#rejectAll(error);
    this.#status.report(error);
    this.#update();
  }

  #rejectAll(error: PeerhoodError): void {
    for (const { answer } of this.#calls) answer.reject(error);
  }

  #failure(error: unknown): PeerhoodError {
    const reason = error instanceof Error ? error.message : String(error);
    return toPeerhoodError(error, "DRIVER_FAILED", `${this.#parts.broker} failed: ${reason}`);
  }

  #update(): void {
    const eager = this.#attending.size > 0 || this.#calls.size > 0;
    if (this.#status.state === "closed" || this.#refused) this.#keeper.demand("none");
    else this.#keeper.demand(eager ? "eager" : this.#topics.size > 0 ? "calm" : "none");
  }
}
