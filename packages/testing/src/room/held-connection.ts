import type {
  ChannelInit,
  Connection,
  ConnectionMedia,
  ConnectionStage,
  ConnectionState,
  ConnectionStats,
  DataChannelLike,
  IceCandidate,
  SessionDescription,
} from "@peerhood/core";
import type { Holds } from "./holds.js";

type Payload = string | ArrayBuffer | ArrayBufferView;

/**
 * A real connection, whose messages and candidates wait while its two hosts are cut off from each other. So none is
 * lost, as none of a reliable channel is; new connections find no way, and old ones fall silent.
 */
export class HeldConnection implements Connection {
  readonly #inner: Connection;
  readonly #host: string;
  readonly #holds: Holds;
  readonly #held: (() => void)[] = [];
  readonly #stopWatching: () => void;
  #onClosed: (() => void) | undefined;
  #remoteHost: string | undefined;

  constructor(inner: Connection, host: string, holds: Holds, onClosed: () => void) {
    this.#inner = inner;
    this.#host = host;
    this.#holds = holds;
    this.#onClosed = onClosed;
    this.#stopWatching = holds.onChange(() => {
      if (!this.#severed) for (const task of this.#held.splice(0)) task();
    });
  }

  get native(): unknown {
    return this.#inner.native;
  }

  get state(): ConnectionState {
    return this.#inner.state;
  }

  get stage(): ConnectionStage {
    return this.#inner.stage ?? "path";
  }

  get media(): ConnectionMedia {
    // The adapter of Node has it always.
    return this.#inner.media as ConnectionMedia;
  }

  get maxMessageBytes(): number {
    return this.#inner.maxMessageBytes;
  }

  async createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription> {
    return this.#own(await this.#inner.createOffer(options));
  }

  async acceptOffer(offer: SessionDescription): Promise<SessionDescription> {
    this.#remoteHost ??= this.#holds.hostOf(offer.sdp);
    return this.#own(await this.#inner.acceptOffer(offer));
  }

  async acceptAnswer(answer: SessionDescription): Promise<void> {
    this.#remoteHost ??= this.#holds.hostOf(answer.sdp);
    await this.#inner.acceptAnswer(answer);
  }

  async addCandidate(candidate: IceCandidate | null): Promise<void> {
    if (!this.#severed) return this.#inner.addCandidate(candidate);
    // Whoever added it is gone by then: what is wrong with it is nobody's to hear.
    this.#held.push(() => void this.#inner.addCandidate(candidate).catch(() => {}));
  }

  createChannel(init: ChannelInit): DataChannelLike {
    const channel = this.#inner.createChannel(init);
    const send = channel.send.bind(channel) as (data: Payload) => void;
    channel.send = (data: Payload): void => {
      if (!this.#severed && this.#held.length === 0) return send(data);
      // A copy: the sender may use its buffer again as soon as this returns.
      const copy = typeof data === "string" ? data : copyOf(data);
      this.#held.push(() => {
        if (channel.readyState === "open") send(copy);
      });
    };
    return channel;
  }

  stats(): Promise<ConnectionStats> {
    return this.#inner.stats();
  }

  async close(): Promise<void> {
    this.#stopWatching();
    this.#held.length = 0;
    await this.#inner.close();
    this.#onClosed?.();
    this.#onClosed = undefined;
  }

  get #severed(): boolean {
    return this.#remoteHost !== undefined && this.#holds.areSevered(this.#host, this.#remoteHost);
  }

  #own(description: SessionDescription): SessionDescription {
    this.#holds.learn(description.sdp, this.#host);
    return description;
  }
}

function copyOf(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return new Uint8Array(bytes).buffer;
}
