import { isPeerhoodError } from "peerhood";

/** Codes that people meet on this page, said for people. The rest has a message that says what to do already. */
const WORDS: Readonly<Record<string, string>> = {
  SIGNALING_UNREACHABLE: "The signaling server does not answer. Is it running, and is this the right address?",
  CONNECTION_TIMEOUT: "No connection came about in time. A firewall may be in the way.",
  CONNECTION_FAILED: "The connection failed. A firewall may be in the way.",
  CONNECTION_CLOSED: "They left before it had arrived.",
  CHANNEL_CLOSED: "They left before it had arrived.",
  CHANNEL_TIMEOUT: "They did not get ready to receive in time.",
  TRANSFER_STALLED: "Nothing moved for half a minute, so it was given up.",
  TRANSFER_ABORTED: "The sender stopped it.",
  TRANSFER_CANCELLED: "The receiver stopped it.",
  SOURCE_FAILED: "The file could not be read. It may have been changed or deleted.",
  MESSAGE_TOO_LARGE: "The message is too large.",
  NOT_JOINED: "You are not in the room any more. Reload the page to come back.",
};

export function inWords(error: unknown): string {
  if (isPeerhoodError(error)) return WORDS[error.code] ?? error.message;
  return error instanceof Error ? error.message : "Something went wrong, and it did not say what.";
}

/** Why somebody is gone; `reason` is that of `connection:closed`. */
export function farewell(name: string, reason: string): string {
  switch (reason) {
    case "left":
      return `${name} left`;
    case "refused":
      return `${name} would not have you`;
    case "replaced":
      return `${name} came back in another window`;
    default:
      return `${name} is gone: the connection was lost`;
  }
}
