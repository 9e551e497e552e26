import type { RawData, WebSocket } from "ws";
import type { Authorize } from "./authorize.js";
import { MAX_CLOSE_REASON_BYTES, MAX_TOKEN_BYTES, type Limits } from "./limits.js";
import {
  CloseCode,
  decodeFrame,
  encodeError,
  encodeFrame,
  encodeWelcome,
  ErrorCode,
  FrameType,
  isTopic,
  PROTOCOL_VERSION,
  type Frame,
} from "./protocol.js";
import type { Subscriber, Topics } from "./topics.js";

export interface ConnectionContext {
  readonly topics: Topics;
  readonly limits: Limits;
  readonly authorize: Authorize | undefined;
}

/** One client's socket. Whatever it sends, the worst that happens is that this socket is closed with a reason. */
export class Connection implements Subscriber {
  readonly #socket: WebSocket;
  readonly #context: ConnectionContext;
  readonly #topics = new Set<string>();
  readonly #helloTimer: NodeJS.Timeout;
  #phase: "greeting" | "authorizing" | "open" | "ended" = "greeting";
  #heard = true;

  constructor(socket: WebSocket, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#helloTimer = setTimeout(
      () => this.end(CloseCode.helloTimeout, "the hello or its authorization took too long"),
      context.limits.helloTimeoutMs,
    );
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("pong", () => (this.#heard = true));
    // `ws` has closed the socket already, with the code that fits; the close event follows.
    socket.on("error", () => {});
    socket.on("close", () => this.#cleanUp());
  }

  /** Called at intervals: drops a client that did not answer the last ping, pings one that was silent. */
  checkAlive(): void {
    if (this.#phase === "ended") return;
    if (!this.#heard) return this.#socket.terminate();
    this.#heard = false;
    this.#socket.ping();
  }

  deliver(frame: Uint8Array): void {
    if (this.#phase !== "open") return;
    this.#socket.send(frame);
    if (this.#socket.bufferedAmount > this.#context.limits.bufferedBytes) {
      this.end(CloseCode.tooSlow, "reads more slowly than its topics are written");
    }
  }

  end(code: number, reason: string): void {
    if (this.#phase === "ended") return;
    this.#cleanUp();
    this.#socket.close(code, Buffer.from(reason).subarray(0, MAX_CLOSE_REASON_BYTES));
  }

  #cleanUp(): void {
    this.#phase = "ended";
    clearTimeout(this.#helloTimer);
    for (const topic of this.#topics) this.#context.topics.remove(topic, this);
    this.#topics.clear();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#phase === "ended") return;
    this.#heard = true;
    if (!isBinary) return this.end(CloseCode.notBinary, "frames are binary");
    // With the default `binaryType` of ws it is a Buffer.
    const frame = decodeFrame(data as Buffer);
    if (frame === undefined) return this.end(CloseCode.malformed, "not a frame");
    if (this.#phase === "open") return this.#handle(frame);
    if (this.#phase === "greeting" && frame.type === FrameType.hello) return void this.#greet(frame);
    this.end(CloseCode.malformed, "expected one hello, then nothing before the welcome");
  }

  async #greet(hello: Frame): Promise<void> {
    if (hello.number !== PROTOCOL_VERSION) {
      return this.end(CloseCode.version, `the server speaks version ${PROTOCOL_VERSION}, the client ${hello.number}`);
    }
    if (hello.body.byteLength > MAX_TOKEN_BYTES) {
      return this.end(CloseCode.tokenRefused, `a token has at most ${MAX_TOKEN_BYTES} bytes`);
    }
    this.#phase = "authorizing";
    const allowed = await this.#isAllowed(new TextDecoder().decode(hello.body));
    // The socket may have gone meanwhile.
    if (this.#phase !== "authorizing") return;
    if (!allowed) return this.end(CloseCode.tokenRefused, "not authorized");
    clearTimeout(this.#helloTimer);
    this.#phase = "open";
    this.deliver(encodeWelcome(this.#context.limits));
  }

  async #isAllowed(token: string): Promise<boolean> {
    try {
      // Only `true` lets in: a hook that forgets its `return` must not open the door.
      return (await (this.#context.authorize?.(token) ?? true)) === true;
    } catch {
      return false;
    }
  }

  #handle(frame: Frame): void {
    const { type, number, topic, body } = frame;
    if (type === FrameType.ping) return this.deliver(encodeFrame(FrameType.pong, number));
    if (type !== FrameType.subscribe && type !== FrameType.unsubscribe && type !== FrameType.publish) {
      return this.end(CloseCode.malformed, `no client frame has type ${type}`);
    }
    if (!isTopic(topic)) return this.end(CloseCode.malformed, "a topic has 1 to 256 of A-Z a-z 0-9 . _ - /");
    if (type === FrameType.subscribe) return this.#subscribe(number, topic);
    if (type === FrameType.unsubscribe) {
      this.#topics.delete(topic);
      this.#context.topics.remove(topic, this);
    } else {
      const { messageBytes } = this.#context.limits;
      if (body.byteLength > messageBytes) {
        return this.end(CloseCode.tooLarge, `a message has at most ${messageBytes} bytes`);
      }
      this.#context.topics.publish(topic, () => encodeFrame(FrameType.message, 0, topic, body));
    }
    this.deliver(encodeFrame(FrameType.ack, number));
  }

  #subscribe(number: number, topic: string): void {
    const { topicsPerSocket } = this.#context.limits;
    if (this.#topics.size >= topicsPerSocket && !this.#topics.has(topic)) {
      const reason = `a client may have ${topicsPerSocket} topics`;
      return this.deliver(encodeError(number, topic, ErrorCode.tooManyTopics, reason));
    }
    this.#topics.add(topic);
    this.#context.topics.add(topic, this);
    this.deliver(encodeFrame(FrameType.ack, number));
  }
}
