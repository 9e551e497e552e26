import type { SocketLike } from "../adapter.js";
import type { Driver, DriverState, DriverSubscription } from "../driver.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import { systemClock, type Clock, type TimerHandle } from "../util/clock.js";
import { createDeferred, type Deferred } from "../util/deferred.js";
import type { Logger } from "../util/logger.js";
import { withTimeout } from "../util/timeout.js";
import { closedError, DriverStatus } from "./driver-status.js";
import { addHandler, checkTopic, deliverSoon, type MessageHandler, type TopicHandlers } from "./topic-handlers.js";
import {
  ACK,
  encodeFrame,
  ERROR,
  GAP,
  MESSAGE,
  PUBLISH,
  SUBSCRIBE,
  UNSUBSCRIBE,
  type Frame,
} from "./websocket-codec.js";
import {
  CALM,
  CONNECTION_TIMEOUT_MS,
  EAGER,
  EAGER_FOR_MS,
  FIRST_PAUSE_MS,
  MAX_ATTEMPTS,
  MIN_MAX_BYTES,
} from "./websocket-constants.js";
import { isFinal, refusal, unreachable } from "./websocket-errors.js";
import { createLink, type WebSocketLink } from "./websocket-link.js";

export interface WebSocketDriverOptions {
  /**
   * Proves to the server who this is. Sent in the first frame, never in the url. A function is called for each
   * attempt to connect, and before a token expires, so that it is replaced; a string that is refused or expires is final.
   */
  readonly token?: string | (() => string | Promise<string>);
  /** Opens the socket. The `peerhood` package supplies it. */
  readonly createSocket: (url: string) => SocketLike;
  /** How long `subscribe` and `publish` wait for an open connection, and a token function may take. @default 15_000 */
  readonly connectionTimeoutMs?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** 0 up to 1, for the jitter of pauses. @default Math.random */
  readonly random?: () => number;
}

interface Request {
  readonly type: number;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly answer: Deferred<void>;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Signaling over a WebSocket to a `peerhood-server`. Connects at first use, reconnects for as long as it is used,
 * and takes its subscriptions along; what was published and not acknowledged is sent again, so may arrive twice.
 *
 * Unused (no subscription, nothing waiting) it keeps its socket but no Node process alive.
 */
export class WebSocketDriver implements Driver {
  readonly #urls: readonly string[];
  readonly #options: WebSocketDriverOptions;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #status: DriverStatus;
  readonly #topics: TopicHandlers = new Map();
  readonly #requests = new Map<number, Request>();
  #lastNumber = 0;
  #attending = 0;
  #maxBytes = MIN_MAX_BYTES;

  #link: WebSocketLink | undefined;
  /** Links that wait for their welcome, the latest last. */
  readonly #attempts = new Set<WebSocketLink>();
  /** The next step towards a connection: the next attempt, or giving up the one under way. */
  #timer: TimerHandle | undefined;
  #attempt = 0;
  #urlIndex = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #eager = false;
  #hurriedAt = 0;
  #lastError: PeerhoodError | undefined;
  #refused: PeerhoodError | undefined;

  /**
   * @param url `ws:` or `wss:`; of several, each is tried in turn
   * @throws PeerhoodError `INVALID_ARGUMENT`
   */
  constructor(url: string | readonly string[], options: WebSocketDriverOptions) {
    this.#urls = typeof url === "string" ? [url] : [...url];
    if (this.#urls.length === 0 || !this.#urls.every((each) => /^wss?:\/\/./i.test(each))) {
      throw new PeerhoodError("INVALID_ARGUMENT", 'WebSocketDriver needs a url of "ws://" or "wss://".');
    }
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#timeoutMs = options.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS;
    this.#status = new DriverStatus("connecting", options.logger);
  }

  get state(): DriverState {
    return this.#status.state;
  }

  /** 16,384 until the server has said its own limit. */
  get maxBytes(): number {
    return this.#maxBytes;
  }

  async subscribe(topic: string, handler: MessageHandler): Promise<DriverSubscription> {
    this.#status.assertUsable();
    checkTopic(topic);
    const remove = addHandler(this.#topics, topic, (data) => void this.#status.guard(() => handler(data)));
    const unsubscribe = async (): Promise<void> => {
      if (!remove()) return;
      this.#link?.send(encodeFrame(UNSUBSCRIBE, 0, topic));
      this.#update();
    };
    try {
      await this.#request(SUBSCRIBE, topic);
    } catch (error) {
      void unsubscribe();
      throw error;
    }
    return { unsubscribe };
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    this.#status.assertUsable();
    checkTopic(topic);
    // A copy, since it may be sent much later.
    await this.#request(PUBLISH, topic, new Uint8Array(data));
  }

  on(event: "state" | "error", handler: (value: unknown) => void): () => void {
    return this.#status.listen(event, handler);
  }

  attend(): () => void {
    let attending = true;
    this.#attending++;
    this.#update();
    return () => {
      if (!attending) return;
      attending = false;
      this.#attending--;
      this.#update();
    };
  }

  check(): void {
    if (this.#link) this.#link.check();
    else if (this.#timer !== undefined) {
      this.#hurry();
      void this.#connect();
    }
  }

  async close(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    this.#status.state = "closed";
    this.#topics.clear();
    this.#rejectAll(closedError());
    this.#update();
    await link?.close();
  }

  async #request(type: number, topic: string, body = NO_BYTES): Promise<void> {
    if (this.#refused) throw this.#refused;
    const number = (this.#lastNumber = (this.#lastNumber % 0xffff_ffff) + 1);
    const request = { type, topic, body, answer: createDeferred() };
    this.#requests.set(number, request);
    if (this.#link) this.#send(number, request, this.#link);
    this.#update();
    try {
      await withTimeout(request.answer.promise, this.#timeoutMs, this.#clock, () => {
        const hosts = this.#urls.map((url) => new URL(url).host);
        return unreachable(`No signaling server answered at ${hosts} within ${this.#timeoutMs} ms.`, this.#lastError);
      });
    } finally {
      this.#requests.delete(number);
      this.#update();
    }
  }

  #send(number: number, { type, topic, body, answer }: Request, link: WebSocketLink): void {
    if (body.length <= this.#maxBytes) return link.send(encodeFrame(type, number, topic, body));
    answer.reject(
      new PeerhoodError(
        "SIGNAL_TOO_LARGE",
        `${body.length} bytes are more than the ${this.#maxBytes} that the signaling server takes.`,
      ),
    );
  }

  #rejectAll(error: PeerhoodError): void {
    for (const { answer } of this.#requests.values()) answer.reject(error);
  }

  /** Does what follows from how much the driver is needed now; called after each change of that. */
  #update(): void {
    const eager = this.#attending > 0 || this.#requests.size > 0;
    const becameEager = eager && !this.#eager;
    this.#eager = eager;
    if (this.#status.state === "closed" || this.#refused || !(eager || this.#topics.size > 0)) {
      this.#stopConnecting();
      this.#link?.watch();
    } else if (this.#link) {
      this.#link.watch(eager ? EAGER : CALM);
    } else if (becameEager || this.#timer === undefined) {
      // Whoever begins to wait does not wait for the end of a long pause.
      this.#hurry();
      void this.#connect();
    }
  }

  #stopConnecting(): void {
    this.#attempt++;
    this.#next(undefined);
    for (const link of this.#attempts) link.drop();
    this.#attempts.clear();
  }

  #next(step: (() => void) | undefined, delayMs = 0): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = step && this.#clock.setTimeout(step, delayMs);
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    const failed = (error: PeerhoodError): void => {
      if (attempt === this.#attempt) this.#attemptFailed(error);
    };
    const { token = "", createSocket } = this.#options;
    try {
      this.#next(() => failed(unreachable("The token function is late.")), this.#timeoutMs);
      const given = typeof token === "string" ? token : await token();
      if (attempt !== this.#attempt) return;
      const socket = createSocket(this.#urls[this.#urlIndex] ?? "");
      const link = createLink(socket, given, this.#clock, {
        welcome: (maxBytes) => this.#welcome(link, maxBytes),
        frame: (frame) => this.#receive(frame),
        freshToken: () => this.#freshToken(),
        ended: (error, goElsewhere) => {
          this.#attempts.delete(link);
          if (link === this.#link) this.#lost(error, goElsewhere);
          else failed(error);
        },
      });
      const [oldest] = this.#attempts.add(link);
      if (this.#attempts.size > MAX_ATTEMPTS && oldest && this.#attempts.delete(oldest)) oldest.drop();
      this.#next(() => failed(unreachable("The signaling server is late.")), (this.#eager ? EAGER : CALM).attemptMs);
    } catch (error) {
      failed(toPeerhoodError(error, "DRIVER_FAILED", "The token function or the socket threw; see cause."));
    }
  }

  /** Without one the connection ends when the old token does, and the next attempt asks again. */
  async #freshToken(): Promise<string | undefined> {
    try {
      const { token } = this.#options;
      return typeof token === "function" ? await token() : undefined;
    } catch (error) {
      this.#status.report(toPeerhoodError(error, "DRIVER_FAILED", "The token function threw; see cause."));
      return undefined;
    }
  }

  #attemptFailed(error: PeerhoodError): void {
    this.#attempt++;
    this.#note(error);
    if (this.#isRefused(error)) return this.#update();
    this.#nextUrl();
    // A pause after each round over the urls.
    this.#next(() => void this.#connect(), this.#urlIndex > 0 ? 0 : this.#pauseJittered());
  }

  /** Whether nothing can be done any more: the server said no to the only token there is. */
  #isRefused(error: PeerhoodError): boolean {
    if (!isFinal(error) || typeof this.#options.token === "function") return false;
    this.#refused = error;
    this.#rejectAll(error);
    return true;
  }

  #nextUrl(): void {
    this.#urlIndex = (this.#urlIndex + 1) % this.#urls.length;
  }

  /** Each kind of failure is told once per outage; unreachable is what `state` says already. */
  #note(error: PeerhoodError): void {
    const told = error.code === "SIGNALING_UNREACHABLE" || error.code === this.#lastError?.code;
    this.#lastError = error;
    if (!told) this.#status.report(error);
  }

  #hurry(): void {
    this.#hurriedAt = this.#clock.now();
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /** Doubles each time. Half of it is left to chance: the clients of one server must not return in step. */
  #pauseJittered(): number {
    const pauseMs = this.#pauseMs;
    const eager = this.#eager && this.#clock.now() - this.#hurriedAt < EAGER_FOR_MS;
    this.#pauseMs = Math.min(2 * pauseMs, (eager ? EAGER : CALM).pauseMs);
    return pauseMs * (0.5 + (this.#options.random ?? Math.random)() / 2);
  }

  #welcome(link: WebSocketLink, maxBytes: number): void {
    this.#attempts.delete(link);
    this.#stopConnecting();
    this.#link = link;
    this.#maxBytes = maxBytes;
    this.#lastError = undefined;
    // Nobody awaits these: number 0, only a refusal is told.
    for (const topic of this.#topics.keys()) link.send(encodeFrame(SUBSCRIBE, 0, topic));
    for (const [number, request] of this.#requests) this.#send(number, request, link);
    this.#update();
    this.#status.state = "open";
  }

  #lost(error: PeerhoodError, goElsewhere: boolean): void {
    this.#link = undefined;
    this.#note(error);
    this.#hurry();
    this.#status.state = "connecting";
    if (goElsewhere) this.#nextUrl();
    if (this.#isRefused(error)) this.#update();
    else if (this.#topics.size > 0 || this.#eager) this.#next(() => void this.#connect(), this.#pauseJittered());
  }

  #receive({ type, number, topic, body }: Frame): void {
    if (type === ACK) this.#requests.get(number)?.answer.resolve();
    else if (type === ERROR) {
      const error = refusal(topic, body);
      if (number === 0) this.#status.report(error);
      else this.#requests.get(number)?.answer.reject(error);
    } else if (type === GAP) {
      // As after a reconnect, for whoever has to say again what may be lost.
      this.#status.state = "connecting";
      this.#status.state = "open";
    } else if (type === MESSAGE) deliverSoon(this.#topics, topic, body);
  }
}
