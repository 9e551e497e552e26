import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP relay to a broker: the network between, which tests can cut. Without a target it accepts and stays silent. */
export class Relay {
  readonly #target: number | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number | undefined) {
    this.#target = target;
    this.#server = createServer((near) => this.#accept(near));
  }

  static async to(target?: number): Promise<Relay> {
    const relay = new Relay(target);
    relay.#server.listen(0, "127.0.0.1");
    await new Promise((resolve) => relay.#server.once("listening", resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resets every connection; new ones are accepted. */
  async cut(): Promise<void> {
    const gone = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(gone);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await this.cut();
    await closed;
  }

  #accept(near: Socket): void {
    this.#keep(near);
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
