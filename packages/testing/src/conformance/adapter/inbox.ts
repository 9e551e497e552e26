import type { DataChannelEvent, DataChannelLike } from "@peerhood/core";

/** What arrives on a channel, from when it was made. */
export class Inbox {
  readonly channel: DataChannelLike;
  readonly messages: unknown[] = [];
  /** How often the channel told that it has closed: 0 or 1 is right. */
  closeEvents = 0;
  readonly #listeners = new Set<() => void>();

  constructor(channel: DataChannelLike) {
    this.channel = channel;
    channel.binaryType = "arraybuffer";
    channel.addEventListener("message", (event: DataChannelEvent) => {
      this.messages.push(event.data);
      this.#look();
    });
    channel.addEventListener("close", () => {
      this.closeEvents++;
      this.#look();
    });
  }

  /** Removes and returns the next `count` messages once they are there. */
  async take(count: number): Promise<unknown[]> {
    await this.#until(() => this.messages.length >= count || this.closeEvents > 0);
    if (this.messages.length < count) {
      throw new Error(`${this.channel.label}: closed after ${this.messages.length} of ${count} messages`);
    }
    return this.messages.splice(0, count);
  }

  async next(): Promise<unknown> {
    const [message] = await this.take(1);
    return message;
  }

  /** Resolves with the first `close` event. */
  closed(): Promise<void> {
    return this.#until(() => this.closeEvents > 0);
  }

  #until(check: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!check()) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
      look();
    });
  }

  #look(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Resolves when the channel can send; rejects if it closes before. */
export function opened(channel: DataChannelLike): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error(`${channel.label}: closed before it was open`));
    if (channel.readyState === "open") return resolve();
    if (channel.readyState !== "connecting") return gone();
    channel.addEventListener("open", () => resolve(), { once: true });
    channel.addEventListener("close", gone, { once: true });
  });
}
