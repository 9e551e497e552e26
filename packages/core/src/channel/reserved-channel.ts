import { PeerhoodError } from "../errors.js";
import type { Outgoing } from "./transfer/index.js";
import type { IncomingMessage } from "./transfer/receiver.js";

/** Labels that begin so are channels of the library's own: no application names them, and none sees them. */
const RESERVED_PREFIX = "peerhood:";

export function isReserved(label: string): boolean {
  return label.startsWith(RESERVED_PREFIX);
}

/** What the part of the library that a reserved channel belongs to hears of it. */
export interface ReservedHandler {
  /** `false`: not wanted. It is taken, dropped and acknowledged. */
  readonly onMessage: (message: IncomingMessage) => boolean;
  /** It is closed, or did not come about; the next `open` makes another. */
  readonly onClose: (error: PeerhoodError) => void;
  /** A failure that nobody awaits. */
  readonly onError: (error: PeerhoodError) => void;
}

export interface ReservedChannel {
  /** Opens it, or takes the one that is open; resolves when it can send. */
  open(): Promise<void>;
  /** A message for it, to be handed to `send`. Whoever makes it awaits it, or does not care what becomes of it. */
  prepare(message: unknown, info: unknown): Outgoing;
  /** When it is open; otherwise the message fails. */
  send(outgoing: Outgoing): void;
  /** The remote broke the rules: closes it with that error. */
  fail(error: PeerhoodError): void;
}

/** @throws PeerhoodError `INVALID_LABEL` */
export function refuseReserved(label: string): void {
  if (isReserved(label)) throw reservedLabel(label);
}

export function reservedLabel(label: string): PeerhoodError {
  return new PeerhoodError(
    "INVALID_LABEL",
    `Labels that begin with "${RESERVED_PREFIX}" are peerhood's own, and ${JSON.stringify(label.slice(0, 64))} does; take another.`,
  );
}
