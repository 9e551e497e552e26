import { PeerhoodError } from "../../errors.js";

export function tooLarge(maxBytes: number): PeerhoodError {
  return new PeerhoodError(
    "MESSAGE_TOO_LARGE",
    `The message is larger than maxMessageBytes, ${maxBytes}. Read data.stream, or raise the limit.`,
  );
}

export function cancelledByReader(cause: unknown): PeerhoodError {
  return new PeerhoodError("TRANSFER_CANCELLED", "The message was cancelled by its receiver.", { cause });
}

export function locked(why: string): PeerhoodError {
  return new PeerhoodError(
    "DATA_LOCKED",
    `The message can be awaited or read as a stream, not both: ${why}. Use one of them, or stream.tee().`,
  );
}
