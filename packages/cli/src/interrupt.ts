import { CliError, outputFailed } from "./exit-codes.js";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interrupt {
  /** Aborts with a CliError: of a signal with the shell's exit code for it, 130 or 143; of stdout that takes no more. */
  readonly signal: AbortSignal;
  /** Aborts where the command has failed because of it: `serve` and `tap` end well with ctrl-C, and not with this. */
  readonly outputLost: AbortSignal;
  /** Listens no longer. */
  end(): void;
}

/**
 * The first ctrl-C (or SIGTERM) ends in order, with a goodbye to the other side; a second one does not wait for that. A
 * stdout that has gone ends it too, in order.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const outputLost = new AbortController();
  const lose = (cause: Error): void => {
    outputLost.abort(outputFailed(cause));
    controller.abort(outputLost.signal.reason);
  };
  process.stdout.on("error", lose);
  const handlers = Object.entries(SIGNALS).map(([name, exitCode]) => {
    const handler = (): void => {
      if (controller.signal.aborted) process.exit(exitCode);
      controller.abort(interrupted(name as keyof typeof SIGNALS));
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    outputLost: outputLost.signal,
    end: () => {
      process.stdout.off("error", lose);
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}

/** What a command that was interrupted ends with. */
export function interrupted(name: keyof typeof SIGNALS): CliError {
  return new CliError(SIGNALS[name], "INTERRUPTED", "Interrupted.");
}

/** Settles as the promise does, or rejects with the reason of the signal if that comes first. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    stop = () => signal.removeEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}
