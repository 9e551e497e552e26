import type { RemotePeer } from "peerhood";
import type { Code } from "./code.js";
import type { Connection } from "./connect.js";
import { CliError, EXIT } from "./exit-codes.js";
import { harmless } from "./format.js";
import { unlessAborted } from "./interrupt.js";
import type { Output } from "./output.js";
import type { Role } from "./transfer/offer.js";

/** Somebody with another code is there; the right one may be as well, and gets this long. */
const WRONG_CODE_AFTER_MS = 3_000;

export interface CounterpartsOptions {
  /** Somebody had another code; how many have by now. */
  readonly onWrongCode?: (count: number) => void;
  /** The other side is there, and no connection to it came about; it is tried again and again. */
  readonly onNoConnection?: (error: Error & { readonly code: string }) => void;
}

/** Those in the room that have the other role, one after the other: who comes last is the one that counts. */
export class Counterparts {
  readonly #wanted: Role["role"];
  #newest: RemotePeer | undefined;
  #superseded = new AbortController();
  #notify = (): void => {};
  #wrongCode: CliError | undefined;
  #wrongCodes = 0;

  constructor({ peer }: Connection, wanted: Role["role"], { onWrongCode, onNoConnection }: CounterpartsOptions) {
    this.#wanted = wanted;
    peer.on("connection:failed", ({ remote, error }) => {
      if (this.#isWanted(remote)) onNoConnection?.(error);
    });
    peer.on("connection:connected", ({ remote, resumed }) => {
      if (resumed || !this.#isWanted(remote)) return;
      this.#newest = remote;
      this.#superseded.abort(new CliError(EXIT.failed, "SUPERSEDED", "The other side was started again."));
      this.#superseded = new AbortController();
      this.#notify();
    });
    peer.on("connection:closed", ({ remote }) => {
      if (remote !== this.#newest) return;
      this.#newest = undefined;
      this.#superseded.abort(new CliError(EXIT.failed, "LOST", "The other side has gone."));
      this.#superseded = new AbortController();
    });
    peer.on("error", ({ error }) => {
      if (error.code !== "PASSWORD_MISMATCH" && error.code !== "PASSWORD_GUESSES_LIMIT") return;
      if (error.code === "PASSWORD_MISMATCH") onWrongCode?.(++this.#wrongCodes);
      const text = "Somebody is there, but with another code. Is it spelled right, and still the sender's?";
      this.#wrongCode = new CliError(EXIT.wrongCode, "WRONG_CODE", text, { cause: error });
      this.#notify();
    });
  }

  /**
   * The one that came last and is still there, with a signal that aborts when it is gone or another one comes.
   * @throws CliError `NOBODY_CAME`, `WRONG_CODE` (only if `strict`)
   */
  async next(
    waitMs: number | undefined,
    signal: AbortSignal,
    strict: boolean,
  ): Promise<{ remote: RemotePeer; gone: AbortSignal }> {
    let isOver = false;
    const end = (): void => {
      // Not read from a clock: timers may be a little early by it, and nothing would wake this again.
      isOver = true;
      this.#notify();
    };
    const deadline = waitMs === undefined ? undefined : setTimeout(end, waitMs);
    let patience: NodeJS.Timeout | undefined;
    let isPatient = true;
    try {
      for (;;) {
        if (this.#newest !== undefined) return { remote: this.#newest, gone: this.#superseded.signal };
        if (isOver) {
          throw new CliError(EXIT.nobody, "NOBODY_CAME", "Nobody came in the time that --wait gives.");
        }
        if (strict && this.#wrongCode !== undefined) {
          if (!isPatient) throw this.#wrongCode;
          patience ??= setTimeout(() => {
            isPatient = false;
            this.#notify();
          }, WRONG_CODE_AFTER_MS);
        }
        const changed = new Promise<void>((resolve) => {
          this.#notify = resolve;
        });
        await unlessAborted(changed, signal);
      }
    } finally {
      clearTimeout(deadline);
      clearTimeout(patience);
    }
  }

  #isWanted(remote: RemotePeer): boolean {
    return (Object(remote.metadata) as Partial<Role>).role === this.#wanted;
  }
}

export async function enter(
  { peer }: Connection,
  { room, password }: Code,
  role: Role["role"],
  signal: AbortSignal,
): Promise<void> {
  const metadata: Role = { cli: 1, role };
  await peer.join({ room, password, metadata, signal });
}

/** Tells of the other side to which there is no path: words once for each reason. */
export function noConnection(output: Output, who: string): NonNullable<CounterpartsOptions["onNoConnection"]> {
  const told = new Set<string>();
  return ({ code, message }) => {
    const words = `The ${who} is there, but no connection to it comes about: ${harmless(message)} Trying again …`;
    output.tell("no-connection", { code, message }, told.has(code) ? undefined : words);
    told.add(code);
  };
}
