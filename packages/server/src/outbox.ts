import type { Duplex } from "node:stream";

/**
 * Holds back what is written to a socket until the end of this turn of the event loop, so that an answer and the messages
 * beside it are one system call: what a busy server spends most of its time with.
 */
export class Outbox {
  readonly #held = new Set<Duplex>();

  hold(socket: Duplex): void {
    if (this.#held.has(socket)) return;
    if (this.#held.size === 0) setImmediate(() => this.#flush());
    this.#held.add(socket);
    socket.cork();
  }

  #flush(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const socket of held) socket.uncork();
  }
}
