/**
 * Every failure that peerhood reports is a {@link PeerhoodError}; `code` is stable and made for branching.
 * Adding a code is a compatible change, changing the meaning of one is not.
 */
export type PeerhoodErrorCode =
  // joining and signaling
  | "ALREADY_JOINED"
  | "NOT_JOINED"
  | "SIGNALING_UNREACHABLE"
  | "MODULE_LOAD_FAILED"
  | "SIGNAL_TOO_LARGE"
  | "DRIVER_CLOSED"
  | "DRIVER_FAILED"
  | "DRIVER_REFUSED"
  | "TOKEN_EXPIRED"
  | "SIGNALING_LIMIT"
  | "SIGNALING_CERTIFICATE"
  | "IDENTITY_REPLACED"
  | "PACKAGE_MISSING"
  // meeting a remote
  | "REFUSED"
  | "PASSWORD_MISMATCH"
  | "PASSWORD_GUESSES_LIMIT"
  | "VERSION_MISMATCH"
  | "CONNECTION_TIMEOUT"
  | "CONNECTION_FAILED"
  | "CONNECTION_CLOSED"
  | "RECONNECT_FAILED"
  | "REMOTE_RESTARTED"
  | "TOO_MANY_CONNECTIONS"
  // why there was no connection: packages/docs/guide/connections.md
  | "NO_CANDIDATES"
  | "ONLY_HOST_CANDIDATES"
  | "TURN_REFUSED"
  | "ICE_SERVER_UNREACHABLE"
  | "DTLS_FAILED"
  | "SIGNALING_SILENT"
  | "UNKNOWN_REMOTE"
  // what a connection adapter refuses
  | "INVALID_DESCRIPTION"
  | "INVALID_CANDIDATE"
  | "INVALID_STATE"
  | "NATIVE_FAILED"
  | "NATIVE_MODULE_MISSING"
  // channels and transfers
  | "INVALID_LABEL"
  | "CHANNEL_OPTIONS_MISMATCH"
  | "CHANNEL_LIMIT"
  | "CHANNEL_CLOSED"
  | "CHANNEL_TIMEOUT"
  | "UNEXPECTED_CHANNEL"
  | "MESSAGE_TOO_LARGE"
  | "UNSUPPORTED_PAYLOAD"
  | "DATA_LOCKED"
  | "DATA_DISCARDED"
  | "REMOTE_TOO_SLOW"
  | "SOURCE_FAILED"
  | "TRANSFER_ABORTED"
  | "TRANSFER_CANCELLED"
  | "TRANSFER_STALLED"
  // requests
  | "NO_RESPONDER"
  | "RESPONDER_EXISTS"
  | "REQUEST_TIMEOUT"
  | "REQUEST_FAILED"
  | "TOO_MANY_REQUESTS"
  // media
  | "UNSUPPORTED_TRACK"
  | "MEDIA_UNSUPPORTED"
  | "UNSUPPORTED_CODEC"
  | "MEDIA_FILE_FAILED"
  // tests: @peerhood/testing
  | "NO_TEST_ROOM"
  | "TEST_TIMEOUT"
  | "TEST_LEAK"
  // everywhere
  | "ABORTED"
  | "INVALID_ARGUMENT"
  | "LISTENER_FAILED"
  | "PROTOCOL_ERROR";

export interface PeerhoodErrorOptions {
  /** What led to this error: a PeerhoodError, an error of the platform, or the reason of an `AbortSignal`. */
  readonly cause?: unknown;
  /** `true` if the same call may succeed when repeated later without a change. @default false */
  readonly retryable?: boolean;
  /** Id of the remote peer that the failure concerns. */
  readonly remoteId?: string;
  /** With `REQUEST_FAILED`: the `code` of what the remote's handler threw. */
  readonly remoteCode?: string;
}

/** The one error class of peerhood. Branch on `code`, show `message`, follow `cause`. */
export class PeerhoodError extends Error {
  override readonly name = "PeerhoodError";
  readonly code: PeerhoodErrorCode;
  readonly retryable: boolean;
  readonly remoteId: string | undefined;
  readonly remoteCode: string | undefined;

  constructor(code: PeerhoodErrorCode, message: string, options: PeerhoodErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.remoteId = options.remoteId;
    this.remoteCode = options.remoteCode;
  }
}

/** Tells a PeerhoodError by its shape, so that two copies of the package in one program agree. */
export function isPeerhoodError(value: unknown): value is PeerhoodError {
  return value instanceof Error && value.name === "PeerhoodError" && "code" in value;
}

/** The error as it is if it is one of ours, else wrapped with `code` and `message`, and kept as the cause. */
export function toPeerhoodError(
  value: unknown,
  code: PeerhoodErrorCode,
  message: string,
  options: Omit<PeerhoodErrorOptions, "cause"> = {},
): PeerhoodError {
  return isPeerhoodError(value) ? value : new PeerhoodError(code, message, { ...options, cause: value });
}
