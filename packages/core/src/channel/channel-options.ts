import { PeerhoodError } from "../errors.js";
import { refuseReserved } from "./reserved-channel.js";

/** How a labelled channel carries messages; the same on both sides. */
export interface ChannelOptions {
  /** Name of an application protocol: then `send` and `data` are raw frames. 0 to 256 bytes. @default "" */
  readonly protocol?: string;
  /** @default true */
  readonly ordered?: boolean;
  /** Milliseconds for which a lost frame is sent again, 0 to 65,535. Not together with `maxRetransmits`. */
  readonly maxPacketLifeTime?: number;
  /** How often a lost frame is sent again, 0 to 65,535. */
  readonly maxRetransmits?: number;
}

export interface OpenOptions extends ChannelOptions {
  /** 1 to 1,024 bytes of UTF-8. */
  readonly label: string;
}

const MAX_LABEL_BYTES = 1_024;
const MAX_PROTOCOL_BYTES = 256;

/**
 * The options with only what differs from the default, so that equal channels have equal options.
 * @throws PeerhoodError `INVALID_LABEL`, `INVALID_ARGUMENT`
 */
export function normalizeChannel(
  value: string | OpenOptions,
  allow?: "reserved",
): { label: string; options: ChannelOptions } {
  const {
    label,
    protocol = "",
    ordered = true,
    maxPacketLifeTime,
    maxRetransmits,
  } = typeof value === "string" ? ({ label: value } as OpenOptions) : (value ?? ({} as OpenOptions));
  checkLabel(label);
  if (allow !== "reserved") refuseReserved(label);
  if (typeof protocol !== "string" || byteLength(protocol) > MAX_PROTOCOL_BYTES) {
    throw invalid(`protocol is a string of at most ${MAX_PROTOCOL_BYTES} bytes`);
  }
  if (typeof ordered !== "boolean") throw invalid("ordered is true or false");
  for (const limit of [maxPacketLifeTime, maxRetransmits]) {
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0 && limit <= 65_535)) {
      throw invalid("maxPacketLifeTime and maxRetransmits are whole numbers from 0 to 65,535");
    }
  }
  if (maxPacketLifeTime !== undefined && maxRetransmits !== undefined) {
    throw invalid("maxPacketLifeTime and maxRetransmits exclude each other");
  }
  return {
    label,
    options: {
      ...(protocol === "" ? {} : { protocol }),
      ...(ordered ? {} : { ordered }),
      ...(maxPacketLifeTime === undefined ? {} : { maxPacketLifeTime }),
      ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
    },
  };
}

/** @throws PeerhoodError `INVALID_LABEL` */
export function checkLabel(label: unknown): asserts label is string {
  if (typeof label === "string" && label !== "" && byteLength(label) <= MAX_LABEL_BYTES) return;
  const what = typeof label === "string" ? `one of ${byteLength(label)} bytes` : typeof label;
  throw new PeerhoodError("INVALID_LABEL", `A label is a string of 1 to ${MAX_LABEL_BYTES} bytes, not ${what}.`);
}

export function sameOptions(a: ChannelOptions, b: ChannelOptions): boolean {
  return (
    a.protocol === b.protocol &&
    a.ordered === b.ordered &&
    a.maxPacketLifeTime === b.maxPacketLifeTime &&
    a.maxRetransmits === b.maxRetransmits
  );
}

/** Whether frames arrive, all of them and in order: only then is there anything to acknowledge. */
export function isReliable(options: ChannelOptions): boolean {
  return options.ordered !== false && options.maxPacketLifeTime === undefined && options.maxRetransmits === undefined;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function invalid(what: string): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", `Channel options: ${what}.`);
}
