import type {
  Connection,
  ConnectionAdapter,
  ConnectionState,
  ConnectionStats,
  DataChannelLike,
  IceCandidate,
  SessionDescription,
} from "@peerhood/core";
import { silentLogger } from "@peerhood/core/internal";

/**
 * One end of a connection between two runtimes, the same code in a page and in Node. Everything that a test calls takes
 * and gives what survives JSON.
 */
export class PairEnd {
  readonly #connection: Connection;
  readonly #channel: DataChannelLike;
  readonly #candidates: (IceCandidate | null)[] = [];
  readonly #states: ConnectionState[] = [];
  readonly #received: unknown[] = [];
  #wake = new Set<() => void>();

  constructor(adapter: ConnectionAdapter) {
    const record = <T>(list: T[]) => {
      return (value: T): void => {
        list.push(value);
        for (const look of this.#wake) look();
      };
    };
    this.#connection = adapter.createConnection({
      iceServers: [],
      iceTransportPolicy: "all",
      logger: silentLogger,
      handlers: {
        candidate: record(this.#candidates),
        state: record(this.#states),
        unexpectedChannel: () => {},
        error: () => {},
      },
    });
    this.#channel = this.#connection.createChannel({ label: "control", id: 0 });
    const received = record(this.#received);
    this.#channel.addEventListener("message", ({ data }) => received(data));
    this.#channel.addEventListener("open", () => received(undefined));
    this.#channel.addEventListener("close", () => received(undefined));
  }

  createOffer(): Promise<SessionDescription> {
    return this.#connection.createOffer();
  }

  acceptOffer(offer: SessionDescription): Promise<SessionDescription> {
    return this.#connection.acceptOffer(offer);
  }

  acceptAnswer(answer: SessionDescription): Promise<void> {
    return this.#connection.acceptAnswer(answer);
  }

  addCandidate(candidate: IceCandidate | null): Promise<void> {
    return this.#connection.addCandidate(candidate);
  }

  /** Resolves with the local candidate of that number, once it is known; `null` is the last. */
  async candidate(index: number): Promise<IceCandidate | null> {
    await this.#until(() => index < this.#candidates.length);
    return this.#candidates[index] ?? null;
  }

  async opened(): Promise<void> {
    await this.#until(() => this.#channel.readyState === "open");
    this.#received.length = 0;
  }

  /** Sends that many messages, text and binary in turn. */
  send(count: number): void {
    for (let index = 0; index < count; index++) {
      const text = messageText(index);
      if (index % 2 === 0) this.#channel.send(text);
      else this.#channel.send(new TextEncoder().encode(text));
    }
  }

  /** Resolves when that many messages are there, with what is wrong with them. */
  async receive(count: number): Promise<string[]> {
    await this.#until(() => this.#received.length >= count);
    const wrong = this.#received.flatMap((data, index) => {
      const text = index % 2 === 0 ? data : new TextDecoder().decode(data as ArrayBuffer);
      return text === messageText(index) ? [] : [`${index}: ${String(text).slice(0, 20)}`];
    });
    this.#received.length = 0;
    return wrong;
  }

  maxMessageBytes(): number {
    return this.#connection.maxMessageBytes;
  }

  /** Sends one message as large as the other side takes; `receivedBytes` tells it there. */
  sendLargest(): void {
    this.#channel.send(new Uint8Array(this.#connection.maxMessageBytes));
  }

  async receivedBytes(): Promise<number> {
    await this.#until(() => this.#received.length > 0);
    return (this.#received.shift() as ArrayBuffer).byteLength;
  }

  stats(): Promise<ConnectionStats> {
    return this.#connection.stats();
  }

  /** Resolves when the other side's end is noticed: by the channel, by the state, or by ICE hearing nothing more. */
  ended(): Promise<void> {
    return this.#until(
      () =>
        this.#channel.readyState === "closed" ||
        this.#states.some((state) => state === "closed" || state === "disconnected" || state === "failed"),
    );
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #until(check: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!check()) return;
        this.#wake.delete(look);
        resolve();
      };
      this.#wake.add(look);
      look();
    });
  }
}

function messageText(index: number): string {
  return `${index} ${"é".repeat((index * 37) % 300)}`;
}
