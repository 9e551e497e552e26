import type { SocketEvent } from "../adapter.js";
import { isPeerhoodError, PeerhoodError } from "../errors.js";
import { CLOSE_REFUSED_AGAIN, CLOSE_TOKEN_EXPIRED, CLOSE_TOO_LARGE, CLOSE_VERSION, text } from "./websocket-codec.js";

export function unreachable(message: string, cause?: unknown): PeerhoodError {
  return new PeerhoodError("SIGNALING_UNREACHABLE", message, { cause, retryable: true });
}

/** Whether trying again needs another token. */
export function isFinal({ code }: PeerhoodError): boolean {
  return code === "DRIVER_REFUSED" || code === "TOKEN_EXPIRED";
}

/** Of an error frame: codes 1 to 3 are limits, the rest is a no. */
export function refusal(topic: string, body: Uint8Array): PeerhoodError {
  const isLimit = (body[1] ?? 0) <= 3;
  const message = `The signaling server refused ${topic || "a request"}: ${text(body.subarray(2))}.`;
  return new PeerhoodError(isLimit ? "SIGNALING_LIMIT" : "DRIVER_REFUSED", message, { retryable: isLimit });
}

/** Of a close frame: packages/docs/protocol/signaling-server.md has the list. */
export function closeError({ code = 0, reason }: SocketEvent, cause: unknown): PeerhoodError {
  const again = code - CLOSE_REFUSED_AGAIN;
  if (code === CLOSE_VERSION) {
    return new PeerhoodError("VERSION_MISMATCH", `Update peerhood or its signaling server: ${reason}`);
  }
  if (code === CLOSE_TOKEN_EXPIRED) {
    return new PeerhoodError("TOKEN_EXPIRED", `Give the driver a function as token: ${reason}`, { retryable: true });
  }
  if (code === CLOSE_TOO_LARGE) {
    return new PeerhoodError("SIGNAL_TOO_LARGE", `The signaling server hung up: ${reason}`);
  }
  if (code >= 4_429 && again <= 3) {
    return new PeerhoodError("SIGNALING_LIMIT", `The signaling server hung up: ${reason}`, { retryable: true });
  }
  if (code === 4_401 || code === 4_403 || again === 4) {
    return new PeerhoodError("DRIVER_REFUSED", `The signaling server refused this client: ${reason}`);
  }
  // The adapter's socket knows more than that it has closed.
  return isPeerhoodError(cause) ? cause : unreachable(`The signaling server hung up: ${code} ${reason}`, cause);
}
