import type { PeerhoodErrorCode } from "./error-codes.js";

export type { PeerhoodErrorCode } from "./error-codes.js";

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

/** Every failure that peerhood reports. Branch on `code`, show `message`, follow `cause`. */
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
