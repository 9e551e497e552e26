import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { Logger } from "@peerhood/core";
import type { IceServer } from "node-datachannel";
import { bindNow } from "./udp-sockets.js";

export interface RelayFrontOptions {
  /** The loopback address that ICE is bound to. */
  readonly loopback: string;
  /** The TURN server that this stands for. */
  readonly server: IceServer;
  /** The local address to speak from. */
  readonly bindAddress: string | undefined;
  readonly logger: Logger;
}

/** Packets kept while the server's name is looked up: ICE begins with one or two, and repeats them after 500 ms. */
const MAX_EARLY_PACKETS = 8;

/**
 * Stands in for a TURN server on the loopback interface and forwards what comes, both ways.
 *
 * The policy "relay" of libdatachannel only keeps other candidates from being told: its sockets still speak to the
 * remote directly, who so learns the address that was to be hidden, and the direct path wins. With ICE bound to
 * loopback, nothing reaches the network but through here.
 */
export class RelayFront {
  readonly server: IceServer;
  readonly #local: Socket;
  readonly #logger: Logger;
  #remote: Socket | undefined;
  #early: Uint8Array[] = [];
  #closed = false;

  /** @throws PeerhoodError `TOO_MANY_CONNECTIONS` */
  constructor({ loopback, server, bindAddress, logger }: RelayFrontOptions) {
    this.#logger = logger;
    this.#local = bindNow(loopback, 0);
    this.server = { ...server, hostname: loopback, port: this.#local.address().port };
    let client: { port: number; address: string } | undefined;
    this.#local.on("message", (packet, from) => {
      client ??= from;
      if (from.port === client.port) this.#send(packet);
    });
    this.#local.on("error", (error) => this.#warn(server, error));
    this.#connect(server, bindAddress, (packet) => {
      if (client && !this.#closed) this.#local.send(packet, client.port, client.address, ignore);
    }).catch((error: unknown) => this.#warn(server, error));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#early = [];
    this.#local.close();
    this.#remote?.close();
  }

  async #connect(
    { hostname, port }: IceServer,
    bindAddress: string | undefined,
    onPacket: (packet: Uint8Array) => void,
  ): Promise<void> {
    const { address, family } = await lookup(hostname);
    if (this.#closed) return;
    const remote = bindAddress === undefined ? createSocket(`udp${family === 6 ? 6 : 4}`) : bindNow(bindAddress, 0);
    remote.on("message", onPacket);
    // A packet too many, a network that is down: ICE takes all of it for loss.
    remote.on("error", ignore);
    await new Promise<void>((resolve) => remote.connect(port, address, resolve));
    if (this.#closed) return void remote.close();
    this.#remote = remote;
    for (const packet of this.#early) this.#send(packet);
    this.#early = [];
  }

  #send(packet: Uint8Array): void {
    if (this.#remote) this.#remote.send(packet, ignore);
    else if (this.#early.length < MAX_EARLY_PACKETS) this.#early.push(packet);
  }

  #warn({ hostname, port }: IceServer, error: unknown): void {
    if (!this.#closed) this.#logger.warn(`The TURN server ${hostname}:${port} can not be used.`, error);
  }
}

const ignore = (): void => {};
