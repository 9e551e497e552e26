import { isIPv6 } from "node:net";
import type { IncomingMessage } from "node:http";
import { TOLD_LATE, TOLD_LATE_PER_SECOND, type Limits } from "../limits.js";
import { Bucket } from "../rate.js";

/** What one address has of the server. */
export interface Address {
  readonly name: string;
  sockets: number;
  readonly bucket: Bucket;
  /** How many of those that come too often are told so. */
  readonly told: Bucket;
  /** Remote ports of the sockets that are to be told so. */
  readonly late: Set<number | undefined>;
}

/** Who is connected from where: counts of sockets, and of requests per second. */
export class Addresses {
  readonly #limits: Limits;
  readonly #addresses = new Map<string, Address>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#addresses.size;
  }

  get(name: string): Address {
    const key = network(name);
    let address = this.#addresses.get(key);
    if (address === undefined) {
      const { requestsPerSecond, connectionsPerAddress } = this.#limits;
      const now = performance.now();
      const bucket = new Bucket(requestsPerSecond, Math.max(connectionsPerAddress, requestsPerSecond), now);
      const told = new Bucket(TOLD_LATE_PER_SECOND, TOLD_LATE, now);
      this.#addresses.set(key, (address = { name: key, sockets: 0, bucket, told, late: new Set() }));
    }
    return address;
  }

  /** Forgets the addresses that have nothing any more. */
  sweep(): void {
    const now = performance.now();
    for (const [key, { sockets, bucket }] of this.#addresses) {
      if (sockets === 0 && bucket.level(now) >= 1) this.#addresses.delete(key);
    }
  }
}

/**
 * The address of the client. Behind `trustProxy` proxies it is that many from the right in X-Forwarded-For: each adds the
 * one that it sees, and what stands further left was said by the client itself.
 */
export function clientAddress(
  { socket, headers }: Pick<IncomingMessage, "socket" | "headers">,
  trustProxy: number,
): string {
  const direct = socket.remoteAddress ?? "";
  if (trustProxy === 0) return direct;
  const forwarded = String(headers["x-forwarded-for"] ?? "").split(",");
  // A client that came around the proxies, or fewer of them than are trusted: then it is the one that is seen.
  return forwarded.at(-trustProxy)?.trim() || direct;
}

/** An IPv4 address as it is; of IPv6 the first 64 bits, which is what one subscriber has (RFC 6177). */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address.slice(0, 64);
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? [];
  const left = head.split(":").filter(Boolean);
  const right = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, zeros) }, () => "0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
