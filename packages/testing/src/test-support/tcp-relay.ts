import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP relay to a port of 127.0.0.1: the network between, which tests can cut or let fall silent. */
export class TcpRelay {
  readonly #target: number | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #silent = false;
  /** Connections accepted so far. */
  accepted = 0;

  private constructor(target: number | undefined) {
    this.#target = target;
    this.#server = createServer((near) => this.#accept(near));
  }

  /** Without a target it accepts and says nothing. */
  static async to(target?: number): Promise<TcpRelay> {
    const relay = new TcpRelay(target);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resets every connection; new ones are accepted. Resolves when they are gone. */
  async cut(): Promise<void> {
    const gone = [...this.#sockets].map((socket) => once(socket, "close"));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(gone);
  }

  /** Connections stay and are accepted, but nothing passes any more in either direction: a stopped machine. */
  silence(): void {
    this.#silent = true;
    for (const socket of this.#sockets) socket.pause();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await this.cut();
    await closed;
  }

  #accept(near: Socket): void {
    this.accepted++;
    this.#keep(near);
    if (this.#silent) return void near.pause();
    // Reads, so that it hears when the client goes away.
    if (this.#target === undefined) return void near.resume();
    const far = connect(this.#target, "127.0.0.1");
    this.#keep(far);
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
