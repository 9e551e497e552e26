/** Where simulated datagrams go to. */
export interface Endpoint<Datagram> {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** Returns whether the datagram was of use; what was not counts as lost to a sender that waits for a receipt. */
  receive(datagram: Datagram, bytes: number, from: Endpoint<Datagram>): boolean;
}

/** The ephemeral ports of IANA; a host that has used them all begins again. */
const FIRST_PORT = 49_152;
const LAST_PORT = 65_535;

/** Addresses of hosts, and who listens on which port. */
export class Endpoints<Datagram> {
  readonly #addresses = new Map<string, string>();
  readonly #nextPorts = new Map<string, number>();
  readonly #byAddress = new Map<string, Endpoint<Datagram>>();

  bind(host: string, receive: Endpoint<Datagram>["receive"]): Endpoint<Datagram> {
    const endpoint = { host, address: this.#addressOf(host), port: this.#freePort(host), receive };
    this.#byAddress.set(keyOf(endpoint.address, endpoint.port), endpoint);
    return endpoint;
  }

  release({ address, port }: Endpoint<Datagram>): void {
    this.#byAddress.delete(keyOf(address, port));
  }

  find(address: string, port: number): Endpoint<Datagram> | undefined {
    return this.#byAddress.get(keyOf(address, port));
  }

  #addressOf(host: string): string {
    let address = this.#addresses.get(host);
    if (address === undefined) {
      // RFC 1918: 10.0.0.0/8, one address per host in the order of their first use.
      const number = this.#addresses.size + 1;
      address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
      this.#addresses.set(host, address);
    }
    return address;
  }

  #freePort(host: string): number {
    let port = this.#nextPorts.get(host) ?? FIRST_PORT;
    while (this.find(this.#addressOf(host), port) !== undefined) port = port < LAST_PORT ? port + 1 : FIRST_PORT;
    this.#nextPorts.set(host, port < LAST_PORT ? port + 1 : FIRST_PORT);
    return port;
  }
}

function keyOf(address: string, port: number): string {
  return `${address}:${port}`;
}
