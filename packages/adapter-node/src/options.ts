import { isIP } from "node:net";
import { PeerhoodError } from "@peerhood/core";
import type { SctpSettings } from "node-datachannel";
import { MAX_MTU_BYTES, MIN_MTU_BYTES, SCTP_BUFFER_BYTES, SCTP_INITIAL_WINDOW_PACKETS } from "./constants.js";

export interface NodeAdapterOptions {
  /**
   * The local IP address that connections use. @default all of this machine's; `127.0.0.1` when it has no other
   */
  readonly bindAddress?: string;
  /** UDP ports that connections use, one each; 1 to 65,535, both included. @default any free port */
  readonly portRange?: { readonly first: number; readonly last: number };
  /** Largest IP packet in bytes, 576 to 1,500. More is faster, but fails in silence where the path takes less. @default 1280 */
  readonly mtu?: number;
  /**
   * How SCTP is tuned. This is global to the process and affects all connections that node-datachannel makes later,
   * so it is set once, before the adapter's first one. `false` leaves it alone. @default {@link SctpOptions}
   */
  readonly sctp?: SctpOptions | false;
}

/** Defaults are for long paths: six times the rate of libdatachannel's own at 40 ms, no cost on loopback. */
export interface SctpOptions {
  /** Bytes that may wait for the application. @default 4194304 */
  readonly receiveBufferBytes?: number;
  /** Bytes that may be sent and not acknowledged. @default 4194304 */
  readonly sendBufferBytes?: number;
  /** Packets that leave before the first acknowledgement. @default 64 */
  readonly initialWindowPackets?: number;
}

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkOptions({ bindAddress, portRange, mtu, sctp }: NodeAdapterOptions): void {
  if (bindAddress !== undefined && isIP(bindAddress) === 0) {
    throw invalid(`bindAddress ${JSON.stringify(bindAddress)} is not an IP address.`);
  }
  if (portRange !== undefined) {
    const { first, last } = portRange;
    if (!isWithin(first, 1, 65_535) || !isWithin(last, first, 65_535)) {
      throw invalid(`portRange ${first} to ${last} is not a range of ports from 1 to 65535.`);
    }
  }
  if (mtu !== undefined && !isWithin(mtu, MIN_MTU_BYTES, MAX_MTU_BYTES)) {
    throw invalid(`mtu ${mtu} is not from ${MIN_MTU_BYTES} to ${MAX_MTU_BYTES} bytes.`);
  }
  for (const [name, value] of Object.entries(sctp || {})) {
    if (value !== undefined && !isWithin(value, 1, 2 ** 30)) throw invalid(`sctp.${name} ${value} is not possible.`);
  }
}

export function toNativeSctp(options: SctpOptions = {}): SctpSettings {
  return {
    recvBufferSize: options.receiveBufferBytes ?? SCTP_BUFFER_BYTES,
    sendBufferSize: options.sendBufferBytes ?? SCTP_BUFFER_BYTES,
    initialCongestionWindow: options.initialWindowPackets ?? SCTP_INITIAL_WINDOW_PACKETS,
  };
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function invalid(message: string): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", message);
}
