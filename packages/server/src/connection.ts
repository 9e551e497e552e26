import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { decide, hasExpired, type Authorize, type Client, type Grant } from "./access/authorize.js";
import { countOne, type Counters } from "./counters.js";
import { MAX_CLOSE_REASON_BYTES, MAX_TIMER_MS, MAX_TOKEN_BYTES, type Limits } from "./limits.js";
import {
  CloseCode,
  decodeFrame,
  encodeError,
  encodeFrame,
  encodeTokenAck,
  encodeWelcome,
  ErrorCode,
  FrameType,
  PROTOCOL_VERSION,
  type Frame,
} from "./protocol.js";
import type { Outbox } from "./outbox.js";
import { Requests } from "./requests.js";
import { Throttle } from "./throttle.js";
import type { Subscriber } from "./topics.js";
import type { Exchange } from "./exchange.js";

export interface ConnectionContext {
  readonly exchange: Exchange;
  readonly limits: Limits;
  readonly counters: Counters;
  readonly authorize: Authorize | undefined;
  readonly outbox: Outbox;
}

/** The socket below a WebSocket, and who is at its other end. */
export interface Origin extends Omit<Client, "purpose"> {
  readonly stream: Duplex;
}

/** One client's socket. Whatever it sends, the worst that happens is that this socket is closed with a reason. */
export class Connection implements Subscriber {
  readonly #socket: WebSocket;
  readonly #context: ConnectionContext;
  readonly #origin: Origin;
  readonly #throttle: Throttle;
  readonly #requests: Requests;
  #phase: "greeting" | "authorizing" | "open" | "ended" = "greeting";
  #grant: Grant = {};
  /** Until the welcome the patience for it, then the life of the token. */
  #timer: NodeJS.Timeout | undefined;
  #heard = true;
  #refreshing = false;

  constructor(socket: WebSocket, context: ConnectionContext, origin: Origin) {
    this.#socket = socket;
    this.#context = context;
    this.#origin = origin;
    this.#throttle = new Throttle(socket, context.limits, context.counters);
    this.#requests = new Requests(context, this);
    this.#timer = setTimeout(
      () => this.end(CloseCode.helloTimeout, "the hello or its authorization took too long"),
      context.limits.helloTimeoutMs,
    );
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("pong", () => (this.#heard = true));
    // `ws` has closed the socket already, with the code that fits; the close event follows.
    socket.on("error", () => {});
    socket.on("close", () => this.#cleanUp());
  }

  get grant(): Grant {
    return this.#grant;
  }

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  /** Called at intervals: drops a client that did not answer the last ping, pings one that was silent. */
  checkAlive(): void {
    if (this.#phase === "ended") return;
    if (!this.#heard && !this.#socket.isPaused) return this.#socket.terminate();
    this.#heard = false;
    this.#socket.ping();
  }

  deliver(frame: Uint8Array): void {
    if (this.#phase !== "open") return;
    const { counters, limits } = this.#context;
    counters.framesOut++;
    counters.bytesOut += frame.byteLength;
    this.#context.outbox.hold(this.#origin.stream);
    this.#socket.send(frame);
    if (this.#socket.bufferedAmount > limits.bufferedBytes) {
      this.end(CloseCode.tooSlow, "reads more slowly than its topics are written");
    }
  }

  end(code: number, reason: string): void {
    if (this.#phase === "ended") return;
    countOne(this.#context.counters.ends, code);
    this.#cleanUp();
    this.#socket.close(code, Buffer.from(reason).subarray(0, MAX_CLOSE_REASON_BYTES));
  }

  #cleanUp(): void {
    this.#phase = "ended";
    clearTimeout(this.#timer);
    this.#throttle.stop();
    this.#requests.leaveAll();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#phase === "ended") return;
    this.#heard = true;
    if (!isBinary) return this.end(CloseCode.notBinary, "frames are binary");
    // With the default `binaryType` of ws it is a Buffer.
    const bytes = data as Buffer;
    const { counters, limits } = this.#context;
    counters.framesIn++;
    counters.bytesIn += bytes.byteLength;
    if (!this.#throttle.admits(bytes.byteLength)) {
      return this.end(CloseCode.tooFast, `sends more than ${limits.messagesPerSecond} requests a second`);
    }
    const frame = decodeFrame(bytes);
    if (frame === undefined) return this.end(CloseCode.malformed, "not a frame");
    if (this.#phase === "open") return this.#handle(frame);
    if (this.#phase === "greeting" && frame.type === FrameType.hello) return void this.#greet(frame);
    this.end(CloseCode.malformed, "expected one hello, then nothing before the welcome");
  }

  #handle(frame: Frame): void {
    const { type, number, body } = frame;
    if (type === FrameType.ping) return this.deliver(encodeFrame(FrameType.pong, number));
    if (type === FrameType.token) return void this.#refresh(number, body);
    this.#requests.handle(frame);
  }

  async #greet({ number, body }: Frame): Promise<void> {
    if (number !== PROTOCOL_VERSION) {
      return this.end(CloseCode.version, `the server speaks version ${PROTOCOL_VERSION}, the client ${number}`);
    }
    this.#phase = "authorizing";
    const grant = await this.#ask(body, "socket");
    // The socket may have gone meanwhile.
    if (this.#phase !== "authorizing") return;
    if (grant === "later") return this.end(CloseCode.tryLater, "tokens can not be checked now, try again soon");
    if (grant === "refused") return this.end(CloseCode.tokenRefused, "not authorized");
    this.#phase = "open";
    this.#context.counters.welcomed++;
    this.#take(grant);
    this.deliver(encodeWelcome(this.#context.limits, this.#lifeMs()));
  }

  /** A new token over the open socket. One that is refused leaves the old one, for as long as that holds. */
  async #refresh(number: number, token: Uint8Array): Promise<void> {
    // One at a time: each may cost a signature or a query.
    if (this.#refreshing) return this.end(CloseCode.malformed, "a new token before the answer to the last");
    this.#refreshing = true;
    const grant = await this.#ask(token, "refresh");
    this.#refreshing = false;
    if (this.#phase !== "open") return;
    const refuse = (code: ErrorCode, reason: string): void => this.deliver(encodeError(number, "", code, reason));
    if (grant === "later") return refuse(ErrorCode.tryLater, "tokens can not be checked now");
    if (grant === "refused") return refuse(ErrorCode.tokenRefused, "the new token was refused");
    if (grant.id !== this.#grant.id) return refuse(ErrorCode.tokenRefused, "the new token is somebody else's");
    this.#take(grant);
    this.deliver(encodeTokenAck(number, this.#lifeMs()));
    this.#requests.leaveForbidden();
  }

  async #ask(token: Uint8Array, purpose: Client["purpose"]): Promise<Grant | "refused" | "later"> {
    if (token.byteLength > MAX_TOKEN_BYTES) return "refused";
    const { address, origin } = this.#origin;
    return decide(this.#context.authorize, new TextDecoder().decode(token), { address, origin, purpose });
  }

  #take(grant: Grant): void {
    this.#grant = grant;
    this.#watchExpiry();
  }

  #watchExpiry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#grant.expiresAt === undefined) return;
    this.#timer = setTimeout(() => {
      // A timer holds for 24 days at most, and runs early when the clock is set back.
      if (hasExpired(this.#grant)) this.end(CloseCode.tokenExpired, "the token has expired");
      else this.#watchExpiry();
    }, this.#lifeMs());
  }

  /** 0: for ever. */
  #lifeMs(): number {
    const { expiresAt } = this.#grant;
    return expiresAt === undefined ? 0 : Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(expiresAt - Date.now())));
  }
}
