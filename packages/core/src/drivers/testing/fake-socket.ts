import type { SocketEvent, SocketLike } from "../../adapter.js";
import {
  ACK,
  decodeFrame,
  encodeFrame,
  PING,
  PONG,
  PUBLISH,
  SUBSCRIBE,
  UNSUBSCRIBE,
  WELCOME,
  type Frame,
} from "../websocket-codec.js";

type Listener = (event: SocketEvent) => void;

/** A socket whose other end is the test. */
export class FakeSocket implements SocketLike {
  readonly url: string;
  readonly frames: Frame[] = [];
  readonly calls: string[] = [];
  binaryType = "blob";
  readyState = 0;
  readonly bufferedAmount = 0;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(url: string) {
    this.url = url;
  }

  send(data: unknown): void {
    const frame = decodeFrame(data as Uint8Array);
    if (frame) this.frames.push(frame);
  }

  close(code?: number): void {
    this.calls.push(`close ${code ?? ""}`.trim());
    this.readyState = 2;
  }

  ref(): void {
    this.calls.push("ref");
  }

  unref(): void {
    this.calls.push("unref");
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  emit(type: string, event: Partial<SocketEvent> = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, ...event });
  }

  open(): void {
    this.readyState = 1;
    this.emit("open");
  }

  receive(...frame: Parameters<typeof encodeFrame>): void {
    this.emit("message", { data: encodeFrame(...frame).slice().buffer });
  }

  /** As an older server says it, or with the life of the token. */
  welcome(maxBytes = 65_536, lifeMs?: number): void {
    this.open();
    const body = new Uint8Array(lifeMs === undefined ? 4 : 12);
    const view = new DataView(body.buffer);
    view.setUint32(0, maxBytes);
    if (lifeMs !== undefined) view.setUint32(8, lifeMs);
    this.receive(WELCOME, 1, "", body);
  }

  end(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.emit("close", { code, reason });
  }

  /** Acknowledges every request so far. */
  ack(): void {
    for (const { type, number } of this.frames.splice(0)) {
      if (type === SUBSCRIBE || type === PUBLISH || type === UNSUBSCRIBE) this.receive(ACK, number);
      if (type === PING) this.receive(PONG);
    }
  }

  get types(): number[] {
    return this.frames.map(({ type }) => type);
  }
}
