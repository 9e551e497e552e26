import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";
import { decodeFrame, encodeFrame, FrameType, PROTOCOL_VERSION, type Frame } from "../protocol.js";

/** A client that says exactly what a test wants, allowed or not. */
export class RawClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #frames: Frame[] = [];
  readonly #waiting: ((frame: Frame) => void)[] = [];

  private constructor(url: string, options: ClientOptions) {
    this.socket = new WebSocket(url, options);
    this.socket.on("error", () => {});
    this.socket.on("message", (data: Buffer) => {
      const frame = decodeFrame(data);
      if (frame === undefined) throw new Error("the server sent what is no frame");
      const waiting = this.#waiting.shift();
      if (waiting) waiting(frame);
      else this.#frames.push(frame);
    });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Connected, and no more: the hello is the caller's. */
  static async connect(url: string, options: ClientOptions = {}): Promise<RawClient> {
    const client = new RawClient(url, options);
    await once(client.socket, "open");
    return client;
  }

  /** Connected and welcome. */
  static async greet(url: string, token = "", options: ClientOptions = {}): Promise<RawClient> {
    const client = await RawClient.connect(url, options);
    client.hello(token);
    const welcome = await client.next();
    if (welcome.type !== FrameType.welcome) throw new Error(`expected a welcome, got ${welcome.type}`);
    return client;
  }

  hello(token = ""): void {
    this.send(FrameType.hello, PROTOCOL_VERSION, "", Buffer.from(token));
  }

  send(type: number, number = 0, topic = "", body: Uint8Array = Buffer.alloc(0)): void {
    this.socket.send(encodeFrame(type, number, topic, body));
  }

  /** The next frame that was not taken yet. */
  next(): Promise<Frame> {
    const frame = this.#frames.shift();
    return frame ? Promise.resolve(frame) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}
