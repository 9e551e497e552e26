import { isPeerhoodError } from "peerhood";
import { harmless } from "./format.js";

/** What the command ends with. Stable: scripts branch on them. */
export const EXIT = {
  ok: 0,
  /** Anything without a number of its own. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** The signaling server was not reached, or it refused. */
  noServer: 3,
  /** Somebody is there, with another code or password. */
  wrongCode: 4,
  /** The hash differs, or the sender offered what no honest one does. */
  notGenuine: 5,
  /** The disk is full, or the place can not be written to. */
  disk: 6,
  /** Nobody came within `--wait`. */
  nobody: 7,
  /** Whoever reads the output has gone: as if by SIGPIPE. */
  pipe: 141,
} as const;

/** A failure that ends the command: in words for people, as `code` for programs, as number for the shell. */
export class CliError extends Error {
  readonly code: string;
  readonly exitCode: number;

  constructor(exitCode: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CliError";
    this.exitCode = exitCode;
    this.code = code;
  }
}

const DISK = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EFBIG", "EIO"]);
const NO_SERVER = new Set(["SIGNALING_UNREACHABLE", "DRIVER_REFUSED", "TOKEN_EXPIRED", "SIGNALING_LIMIT"]);

/** What writing to stdout failed with: a reader that has gone, or the disk that it goes to. */
export function outputFailed(cause: Error): CliError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (code === "EPIPE" || code.startsWith("ERR_STREAM_")) {
    return new CliError(EXIT.pipe, "PIPE_CLOSED", "Whoever read the output has gone.", { cause });
  }
  return new CliError(EXIT.disk, code, `Writing to stdout failed: ${cause.message}`, { cause });
}

/** Whatever was thrown, as what the command ends with. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isPeerhoodError(error)) {
    // What aborted it says why.
    if (error.code === "ABORTED" && error.cause instanceof CliError) return error.cause;
    const isUsage = error.code === "INVALID_ARGUMENT";
    const exitCode = NO_SERVER.has(error.code) ? EXIT.noServer : isUsage ? EXIT.usage : EXIT.failed;
    // What a remote answered may be in it.
    return new CliError(exitCode, error.code, harmless(message), { cause: error });
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const text = "The disk is full. What arrived is kept: make room, then run the same command again.";
    return new CliError(EXIT.disk, "DISK_FULL", text, { cause: error });
  }
  if (typeof code === "string" && DISK.has(code)) return new CliError(EXIT.disk, code, message, { cause: error });
  return new CliError(EXIT.failed, typeof code === "string" ? code : "FAILED", message, { cause: error });
}
