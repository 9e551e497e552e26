import { isPeerhoodError, PeerhoodError } from "../errors.js";
import { MAX_ERROR_CODE_LENGTH, MAX_ERROR_MESSAGE_LENGTH, MAX_REQUESTS } from "./constants.js";
import type { WireError } from "./message.js";

/**
 * What the requester is told of what a handler threw: message and code, nothing else. A payload that was too large for
 * the handler to await is told as such.
 */
export function encodeThrown(thrown: unknown): WireError {
  if (isPeerhoodError(thrown) && thrown.code === "MESSAGE_TOO_LARGE") return { code: thrown.code };
  const message = typeof thrown === "string" ? thrown : messageOf(thrown);
  const remoteCode = codeOf(thrown);
  return {
    code: "REQUEST_FAILED",
    ...(message === undefined ? {} : { message: message.slice(0, MAX_ERROR_MESSAGE_LENGTH) }),
    ...(remoteCode === undefined ? {} : { remoteCode: remoteCode.slice(0, MAX_ERROR_CODE_LENGTH) }),
  };
}

/** The code that an application, or a runtime, gave its error. */
export function codeOf(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

function messageOf(thrown: unknown): string | undefined {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === "string" ? message : undefined;
}

/** The requester's error, in its own words where the library speaks. */
export function decodeError(error: WireError, method: string, remoteId: string): PeerhoodError {
  switch (error.code) {
    case "NO_RESPONDER":
      return new PeerhoodError(
        "NO_RESPONDER",
        `The remote answers no "${method}". Is the method right, and does it call respond("${method}", …)?`,
        { remoteId },
      );
    case "TOO_MANY_REQUESTS":
      return tooMany(remoteId, "it is still answering");
    case "MESSAGE_TOO_LARGE":
      return new PeerhoodError(
        "MESSAGE_TOO_LARGE",
        `The payload of "${method}" is larger than the remote's maxMessageBytes; its handler may read data.stream.`,
        { remoteId },
      );
    default: {
      const { message = "", remoteCode } = error;
      return new PeerhoodError("REQUEST_FAILED", message === "" ? `The handler of "${method}" failed.` : message, {
        remoteId,
        ...(remoteCode === undefined ? {} : { remoteCode }),
      });
    }
  }
}

export function tooMany(remoteId: string, why: string): PeerhoodError {
  return new PeerhoodError(
    "TOO_MANY_REQUESTS",
    `${MAX_REQUESTS} requests to this remote are under way: ${why}. Await some before asking for more.`,
    { remoteId, retryable: true },
  );
}

export function timedOut(method: string, timeoutMs: number, remoteId: string): PeerhoodError {
  return new PeerhoodError(
    "REQUEST_TIMEOUT",
    `No reply to "${method}" within ${timeoutMs} ms; the handler may have run all the same. Raise timeoutMs if it takes longer.`,
    { remoteId, retryable: true },
  );
}
